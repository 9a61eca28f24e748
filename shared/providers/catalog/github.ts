import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'github',
  name: 'GitHub',
  source: 'https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps',
  checked: '2026-11-26',
  // Sent as "iss" in the callback since August 2026, and withdrawn once before: checked where it is there.
  issuer: 'https://github.com/login/oauth',
  authorizationUrl: 'https://github.com/login/oauth/authorize',
  tokenUrl: 'https://github.com/login/oauth/access_token',
  userInfoUrl: 'https://api.github.com/user',
  headers: { 'x-github-api-version': '2022-11-28' },
  clientAuthentication: 'client_secret_post',
  scopes: ['read:user'],
  scopeDescriptions: {
    'read:user': 'Read your profile',
    'user:email': 'Read your e-mail addresses',
    repo: 'Read and change your repositories, private ones included',
    public_repo: 'Read and change your public repositories',
    'read:org': 'Read your organizations and teams',
    gist: 'Create and change your gists',
    notifications: 'Read and mark your notifications',
    workflow: 'Change workflow files of GitHub Actions',
    offline_access: 'Keep access while you are away',
  },
  tokenResponse: {
    scopeSeparator: ',',
    errors: {
      bad_verification_code: 'invalid_grant',
      bad_refresh_token: 'invalid_grant',
      incorrect_client_credentials: 'invalid_client',
      // With HTTP 404, for a client id that does not exist.
      'Not Found': 'invalid_client',
    },
  },
  account: 'id',
  accountName: ['name', 'login'],
  accountEmail: 'email',
  accountPicture: 'avatar_url',
  rotation: 'single_use',
  revocationUrl: 'https://api.github.com/applications/{client_id}/token',
  revocationRequest: {
    method: 'DELETE',
    format: 'json',
    tokenParameter: 'access_token',
    token: 'access_token',
    authentication: 'client_secret_basic',
  },
  registration: {
    url: 'https://github.com/settings/applications/new',
    redirectUriField: 'Authorization callback URL',
    clientIdField: 'Client ID',
    clientSecretField: 'Client secret',
    steps: [
      'Settings > Developer settings > OAuth Apps > New OAuth App',
      'Register application, then Generate a new client secret',
    ],
  },
});
