import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'figma',
  name: 'Figma',
  source: 'https://developers.figma.com/docs/rest-api/oauth-apps/',
  checked: '2026-11-23',
  authorizationUrl: 'https://www.figma.com/oauth',
  tokenUrl: 'https://api.figma.com/v1/oauth/token',
  refreshUrl: 'https://api.figma.com/v1/oauth/refresh',
  userInfoUrl: 'https://api.figma.com/v1/me',
  clientAuthentication: 'client_secret_basic',
  // The documented request has the refresh token alone.
  refreshParameters: { grant_type: null },
  scopes: ['current_user:read'],
  scopeDescriptions: {
    'current_user:read': 'Read your name, e-mail address and picture',
    'file_content:read': 'Read the contents of your files',
    'file_metadata:read': 'Read what your files are called and who made them',
    'file_comments:read': 'Read comments in your files',
    'file_comments:write': 'Write and delete comments and reactions in your files',
    'file_versions:read': 'Read the version history of your files',
    'file_dev_resources:read': 'Read links to code in your files',
    'file_dev_resources:write': 'Add and change links to code in your files',
    'library_content:read': 'Read published components and styles of your files',
    'projects:read': 'List your projects and the files in them',
    'webhooks:read': 'See webhooks',
    'webhooks:write': 'Create and change webhooks',
  },
  account: 'id',
  accountName: 'handle',
  accountEmail: 'email',
  accountPicture: 'img_url',
  rotation: 'none',
  registration: {
    url: 'https://www.figma.com/developers/apps',
    redirectUriField: 'Redirect URLs',
    clientIdField: 'Client ID',
    clientSecretField: 'Client secret',
    steps: [
      'Create a new app',
      'OAuth credentials > Add a redirect URL; the secret is shown once',
      'OAuth scopes: every scope that is asked for',
      'Publish; until then the app works for its creator alone',
    ],
  },
  notes:
    'Figma keeps one access token for each person and app: a refresh, or another connection of the same person, ends the one before. It offers no revocation, and a person who refuses is not sent back.',
});
