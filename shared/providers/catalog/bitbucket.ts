import { defineProvider } from '../provider.ts';

/** Bitbucket Cloud. */
export default defineProvider({
  id: 'bitbucket',
  name: 'Bitbucket',
  source: 'https://developer.atlassian.com/cloud/bitbucket/oauth-2',
  checked: '2026-11-23',
  authorizationUrl: 'https://bitbucket.org/site/oauth2/authorize',
  tokenUrl: 'https://bitbucket.org/site/oauth2/access_token',
  userInfoUrl: 'https://api.bitbucket.org/2.0/user',
  clientAuthentication: 'client_secret_basic',
  pkce: false,
  // The permissions of the consumer decide.
  scopes: [],
  scopeDescriptions: {
    account: 'Read your profile and see the people in your workspaces',
    'account:write': 'Change your account',
    email: 'Read your e-mail address',
    repository: 'Read your repositories, private ones included',
    'repository:write': 'Read and change your repositories, private ones included',
    'repository:admin': 'Administer your repositories',
    'repository:delete': 'Delete your repositories',
    pullrequest: 'Read pull requests',
    'pullrequest:write': 'Create, merge and decline pull requests',
    project: 'See your projects',
    'project:admin': 'Administer your projects',
    issue: 'Read issues',
    'issue:write': 'Read and change issues',
    wiki: 'Read and change wikis',
    webhook: 'Read and change webhooks',
    snippet: 'Read your snippets',
    'snippet:write': 'Read and change your snippets',
    pipeline: 'See your pipelines',
    'pipeline:write': 'Run and stop your pipelines',
  },
  tokenResponse: { errors: { unauthorized_client: 'invalid_client' } },
  account: 'uuid',
  accountName: ['display_name', 'username'],
  accountPicture: 'links.avatar.href',
  // Since May 2026: three months where it is not used, about ten minutes once it is.
  rotation: 'rotates',
  refreshGraceSeconds: 10 * 60,
  refreshTokenIdleLifetime: 90 * 24 * 60 * 60,
  registration: {
    url: 'https://bitbucket.org/account/workspaces/',
    redirectUriField: 'Callback URL',
    clientIdField: 'Key',
    clientSecretField: 'Secret',
    steps: [
      'Workspace > Settings > Workspace settings > OAuth consumers > Add consumer',
      'Permissions: Account > Read, and what else is needed',
      'Save, then click the name of the consumer',
    ],
  },
  notes:
    'The callback URL of the consumer is the one of this provider, or an address above it. Bitbucket offers no revocation.',
});
