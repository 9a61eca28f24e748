import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'linear',
  name: 'Linear',
  source: 'https://linear.app/developers/oauth-2-0-authentication',
  checked: '2026-11-26',
  authorizationUrl: 'https://linear.app/oauth/authorize',
  tokenUrl: 'https://api.linear.app/oauth/token',
  userInfoUrl: 'https://api.linear.app/graphql',
  userInfoBody: '{"query":"{ viewer { id name email avatarUrl organization { id name } } }"}',
  clientAuthentication: 'client_secret_post',
  // So that a person can pick another workspace than the last one.
  authorizationParameters: { prompt: 'consent' },
  scopes: ['read'],
  scopeSeparator: ',',
  scopeDescriptions: {
    read: 'Read everything you can',
    write: 'Change everything you can',
    'issues:create': 'Create issues and their attachments',
    'comments:create': 'Write comments on issues',
    'timeSchedule:write': 'Create and change time schedules',
    admin: 'Use what only administrators can',
  },
  // A person is another user in each workspace.
  account: 'data.viewer.id',
  accountName: ['{data.viewer.name} ({data.viewer.organization.name})', 'data.viewer.name'],
  accountEmail: 'data.viewer.email',
  accountPicture: 'data.viewer.avatarUrl',
  rotation: 'rotates',
  revocationUrl: 'https://api.linear.app/oauth/revoke',
  revocationRequest: {
    tokenParameter: { access_token: 'access_token', refresh_token: 'refresh_token' },
    authentication: null,
    alreadyRevoked: [400, 401],
  },
  revocationScope: 'grant',
  registration: {
    url: 'https://linear.app/settings/api/applications/new',
    redirectUriField: 'Callback URLs',
    clientIdField: 'Client ID',
    clientSecretField: 'Client secret',
    steps: [
      'Settings > API > OAuth applications > Create new, as an administrator of the workspace',
      'Public, where people of other workspaces are to connect',
    ],
  },
});
