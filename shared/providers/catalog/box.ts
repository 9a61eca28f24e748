import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'box',
  name: 'Box',
  source: 'https://developer.box.com/guides/authentication/oauth2/without-sdk',
  checked: '2026-11-26',
  authorizationUrl: 'https://account.box.com/api/oauth2/authorize',
  tokenUrl: 'https://api.box.com/oauth2/token',
  userInfoUrl: 'https://api.box.com/2.0/users/me',
  clientAuthentication: 'client_secret_post',
  // Documented nowhere.
  pkce: false,
  // All that are ticked for the app; asking for some narrows them.
  scopes: [],
  scopeDescriptions: {
    root_readonly: 'Read all your files and folders',
    root_readwrite: 'Read and change all your files and folders',
    manage_managed_users: 'Manage the users of your enterprise',
    manage_app_users: 'Manage app users',
    manage_groups: 'Manage the groups of your enterprise',
    manage_webhook: 'Create webhooks',
    manage_enterprise_properties: 'Manage the properties of your enterprise',
    manage_data_retention: 'Manage retention policies',
    manage_legal_hold: 'Manage legal holds',
  },
  account: 'id',
  accountName: 'name',
  accountEmail: 'login',
  accountPicture: 'avatar_url',
  rotation: 'single_use',
  refreshTokenIdleLifetime: 60 * 24 * 60 * 60,
  revocationUrl: 'https://api.box.com/oauth2/revoke',
  revocationRequest: { hint: false, alreadyRevoked: ['invalid_grant'] },
  registration: {
    url: 'https://app.box.com/developers/console',
    redirectUriField: 'OAuth 2.0 Redirect URI',
    clientIdField: 'Client ID',
    clientSecretField: 'Client Secret',
    steps: [
      'Create Platform App > Platform App > User Authentication (OAuth 2.0) > Create App',
      'Configuration: OAuth 2.0 Redirect URI, Application Scopes, Client ID and Client Secret',
    ],
  },
  notes:
    'People of a Box Verified Enterprise sign in at ent.box.com: set authorizationUrl to https://ent.box.com/api/oauth2/authorize, and name the other endpoints.',
});
