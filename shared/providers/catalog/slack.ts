import { defineProvider } from '../provider.ts';

/** Acts as the person: her user token, not the app's bot token. */
export default defineProvider({
  id: 'slack',
  name: 'Slack',
  source: 'https://docs.slack.dev/authentication/installing-with-oauth',
  checked: '2026-11-26',
  authorizationUrl: 'https://slack.com/oauth/v2/authorize',
  tokenUrl: 'https://slack.com/api/oauth.v2.access',
  userInfoUrl: 'https://slack.com/api/auth.test',
  userInfoMethod: 'POST',
  userInfoSuccess: { path: 'ok', equals: true },
  clientAuthentication: 'client_secret_basic',
  // Since March 2026 an app may switch PKCE on, for good; for all others it is an error.
  pkce: false,
  scopes: ['users:read'],
  scopeParameter: 'user_scope',
  scopeSeparator: ',',
  scopeDescriptions: {
    'users:read': 'See the people in your workspace',
    'users:read.email': 'See the e-mail addresses of people in your workspace',
    'channels:read': 'See the public channels of your workspace',
    'channels:history': 'Read messages in public channels',
    'chat:write': 'Send messages as you',
    'files:read': 'See files that you can see',
    'search:read': 'Search what you can see',
  },
  tokenResponse: {
    path: 'authed_user',
    // A refreshed user token stands on the top level.
    refreshPath: '',
    success: { path: 'ok', equals: true },
    errors: {
      invalid_code: 'invalid_grant',
      code_already_used: 'invalid_grant',
      invalid_refresh_token: 'invalid_grant',
      token_revoked: 'invalid_grant',
      token_expired: 'invalid_grant',
      invalid_client_id: 'invalid_client',
      bad_client_secret: 'invalid_client',
      ratelimited: 'temporarily_unavailable',
      internal_error: 'temporarily_unavailable',
      service_unavailable: 'temporarily_unavailable',
    },
  },
  // User ids are unique within a workspace only.
  account: '{team_id}:{user_id}',
  accountName: '{user} ({team})',
  rotation: 'single_use',
  revocationUrl: 'https://slack.com/api/auth.revoke',
  revocationRequest: {
    tokenParameter: null,
    token: 'each',
    authentication: 'bearer',
    success: { path: 'ok', equals: true },
    alreadyRevoked: ['invalid_grant', 'invalid_auth', 'account_inactive'],
  },
  registration: {
    url: 'https://api.slack.com/apps',
    redirectUriField: 'Redirect URLs',
    clientIdField: 'Client ID',
    clientSecretField: 'Client Secret',
    steps: [
      'Create New App > From scratch',
      'OAuth & Permissions > Redirect URLs > Add New Redirect URL > Save URLs (https only)',
      'OAuth & Permissions > Scopes > User Token Scopes: the scopes that are asked for',
      'Basic Information > App Credentials',
    ],
  },
});
