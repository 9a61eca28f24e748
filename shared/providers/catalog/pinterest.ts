import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'pinterest',
  name: 'Pinterest',
  source: 'https://github.com/pinterest/api-description/blob/main/v5/openapi.json',
  checked: '2026-11-23',
  authorizationUrl: 'https://www.pinterest.com/oauth/',
  tokenUrl: 'https://api.pinterest.com/v5/oauth/token',
  userInfoUrl: 'https://api.pinterest.com/v5/user_account',
  clientAuthentication: 'client_secret_basic',
  pkce: false,
  // Apps from before 2025-09-25 get a refresh token of the kind that is still accepted only so.
  tokenParameters: { continuous_refresh: 'true' },
  scopes: ['user_accounts:read'],
  scopeSeparator: ',',
  scopeDescriptions: {
    'user_accounts:read': 'Read your account and its followers',
    'user_accounts:write': 'Change your account and its followers',
    'boards:read': 'See your public boards',
    'boards:read_secret': 'See your secret boards',
    'boards:write': 'Create, change and delete your public boards',
    'boards:write_secret': 'Create, change and delete your secret boards',
    'pins:read': 'See your public Pins',
    'pins:read_secret': 'See your secret Pins',
    'pins:write': 'Create, change and delete your public Pins',
    'pins:write_secret': 'Create, change and delete your secret Pins',
    'ads:read': 'See your advertising',
    'ads:write': 'Create, change and delete your advertising',
    'catalogs:read': 'See your product catalogs',
    'catalogs:write': 'Change your product catalogs',
  },
  tokenResponse: {
    errors: { '283': 'invalid_grant', '2': 'invalid_client' },
  },
  account: 'id',
  accountName: ['business_name', 'username'],
  accountPicture: 'profile_image',
  rotation: 'rotates',
  registration: {
    url: 'https://developers.pinterest.com/apps/',
    redirectUriField: 'Redirect URIs',
    clientIdField: 'App id',
    clientSecretField: 'App secret key',
    steps: [
      'A business account comes first',
      'My apps > Connect app, then wait for the Trial access',
      'Configure > Redirect URIs',
    ],
  },
  notes:
    'Pinterest revokes tokens of system users alone: a person ends it under Settings > Security > Connected apps. A refresh token ends after 60 days without a refresh.',
});
