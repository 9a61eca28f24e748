import { defineProvider } from '../provider.ts';

/** Jira, Confluence and Jira Service Management in the cloud; Bitbucket has a server of its own. */
export default defineProvider({
  id: 'atlassian',
  name: 'Atlassian',
  source: 'https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/',
  checked: '2026-11-23',
  authorizationUrl: 'https://auth.atlassian.com/authorize',
  tokenUrl: 'https://auth.atlassian.com/oauth/token',
  userInfoUrl: 'https://api.atlassian.com/me',
  clientAuthentication: 'client_secret_post',
  tokenRequestFormat: 'json',
  authorizationParameters: { audience: 'api.atlassian.com', prompt: 'consent' },
  scopes: ['read:me', 'offline_access'],
  scopeDescriptions: {
    'read:me': 'Read your profile',
    offline_access: 'Keep access while you are away',
    'read:jira-work': 'Read Jira projects and issues',
    'write:jira-work': 'Create and change Jira issues',
    'read:jira-user': 'See the people in Jira',
    'manage:jira-project': 'Change the settings of Jira projects',
    'manage:jira-configuration': 'Change the settings of Jira',
    'read:confluence-content.all': 'Read Confluence pages, attachments included',
    'write:confluence-content': 'Create and change Confluence pages',
    'read:confluence-space.summary': 'See the spaces of Confluence',
    'search:confluence': 'Search Confluence',
    'read:servicedesk-request': 'Read service requests',
    'write:servicedesk-request': 'Create and change service requests',
  },
  tokenResponse: {
    errors: {
      // A wrong client secret.
      access_denied: 'invalid_client',
      // With "refresh_token is invalid".
      unauthorized_client: 'invalid_grant',
    },
  },
  account: 'account_id',
  accountName: ['name', 'nickname'],
  accountEmail: 'email',
  accountPicture: 'picture',
  rotation: 'rotates',
  refreshGraceSeconds: 10 * 60,
  refreshTokenIdleLifetime: 90 * 24 * 60 * 60,
  registration: {
    url: 'https://developer.atlassian.com/console/myapps/',
    redirectUriField: 'Callback URL',
    clientIdField: 'Client ID',
    clientSecretField: 'Secret',
    steps: [
      'Create > OAuth 2.0 integration',
      'Permissions > Add the User identity API, and the APIs whose scopes are asked for; Configure their scopes',
      'Authorization > OAuth 2.0 (3LO) > Callback URL',
      'Distribution > Sharing, before others than yourself can use it',
      'Settings: Client ID and Secret',
    ],
  },
  notes:
    'The sites of a token are at https://api.atlassian.com/oauth/token/accessible-resources; the id of each is the cloud id in API addresses. A new consent replaces the scopes of the one before. Atlassian said in 2022 that a consent ends after 365 days, however often it was refreshed; its page says so no more. Atlassian offers apps no revocation.',
});
