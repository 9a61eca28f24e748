import { defineProvider } from '../provider.ts';

/** GitLab.com. */
export default defineProvider({
  id: 'gitlab',
  name: 'GitLab',
  source: 'https://docs.gitlab.com/api/oauth2/',
  checked: '2026-11-26',
  authorizationUrl: 'https://gitlab.com/oauth/authorize',
  tokenUrl: 'https://gitlab.com/oauth/token',
  userInfoUrl: 'https://gitlab.com/api/v4/user',
  clientAuthentication: 'client_secret_post',
  scopes: ['read_user'],
  scopeDescriptions: {
    read_user: 'Read your profile',
    api: 'Read and change everything you can, registries included',
    read_api: 'Read everything you can, registries included',
    read_repository: 'Read your repositories, private ones included',
    write_repository: 'Read and change your repositories, private ones included',
    read_registry: 'Read your container images',
    write_registry: 'Change your container images',
    openid: 'Sign in with your GitLab account',
    profile: 'Read your name and picture',
    email: 'Read your e-mail address',
  },
  account: 'id',
  accountName: ['name', 'username'],
  accountEmail: 'email',
  accountPicture: 'avatar_url',
  // The access token of the same answer ends with it.
  rotation: 'single_use',
  refreshRedirectUri: true,
  revocationUrl: 'https://gitlab.com/oauth/revoke',
  registration: {
    url: 'https://gitlab.com/-/user_settings/applications',
    redirectUriField: 'Redirect URI',
    clientIdField: 'Application ID',
    clientSecretField: 'Secret',
    steps: [
      'Edit profile > Applications > Add new application',
      'Confidential stays on; tick every scope that is asked for',
      'Save application, then copy the secret, which is shown once',
    ],
  },
  notes: 'A GitLab of your own is another provider, with its address as the issuer.',
});
