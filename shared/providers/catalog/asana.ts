import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'asana',
  name: 'Asana',
  source: 'https://developers.asana.com/docs/oauth',
  checked: '2026-11-23',
  authorizationUrl: 'https://app.asana.com/-/oauth_authorize',
  tokenUrl: 'https://app.asana.com/-/oauth_token',
  clientAuthentication: 'client_secret_post',
  scopes: ['openid', 'email', 'profile'],
  scopeDescriptions: {
    openid: 'Sign in with your Asana account',
    email: 'Read your e-mail address',
    profile: 'Read your name and photo',
    default: 'Read and change everything you can',
    'tasks:read': 'Read your tasks',
    'tasks:write': 'Create and change tasks',
    'tasks:delete': 'Delete tasks',
    'projects:read': 'Read your projects',
    'projects:write': 'Create and change projects',
    'users:read': 'See the people in your workspaces',
  },
  // Whom a token belongs to is told with it, whatever the scopes.
  userInfoFrom: 'token_response',
  account: 'data.gid',
  accountName: 'data.name',
  accountEmail: 'data.email',
  rotation: 'none',
  revocationUrl: 'https://app.asana.com/-/oauth_revoke',
  revocationRequest: { hint: false },
  registration: {
    url: 'https://app.asana.com/0/my-apps',
    redirectUriField: 'Redirect URLs',
    clientIdField: 'Client ID',
    clientSecretField: 'Client secret',
    steps: [
      'Create new app',
      'OAuth > Redirect URLs (https only), and Permission scopes: every scope that is asked for',
      'Manage distribution: the workspaces whose people may connect',
    ],
  },
  notes:
    'A scope that is not registered for the app ends at an error page of Asana. An app with "Full permissions" asks for the scope "default" instead of single ones.',
});
