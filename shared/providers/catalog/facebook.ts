import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'facebook',
  name: 'Facebook',
  source:
    'https://developers.facebook.com/documentation/facebook-login/guides/advanced/manual-flow',
  checked: '2026-11-23',
  // Without a version the oldest one that the app may use would answer.
  authorizationUrl: 'https://www.facebook.com/v25.0/dialog/oauth',
  tokenUrl: 'https://graph.facebook.com/v25.0/oauth/access_token',
  exchange: {
    url: 'https://graph.facebook.com/v25.0/oauth/access_token',
    parameters: { grant_type: 'fb_exchange_token' },
    tokenParameter: 'fb_exchange_token',
    clientId: true,
    clientSecret: true,
  },
  userInfoUrl: 'https://graph.facebook.com/v25.0/me?fields=id,name,email,picture',
  clientAuthentication: 'client_secret_post',
  pkce: false,
  scopes: ['public_profile', 'email'],
  scopeSeparator: ',',
  scopeDescriptions: {
    public_profile: 'Read your name and picture',
    email: 'Read your e-mail address',
    pages_show_list: 'See the Pages that you manage',
    pages_read_engagement: 'Read what is on your Pages',
    pages_manage_posts: 'Post on your Pages',
    business_management: 'Manage your business',
    ads_read: 'Read your advertising',
    ads_management: 'Manage your advertising',
    instagram_basic: 'Read the Instagram accounts of your Pages',
    instagram_content_publish: 'Post to the Instagram accounts of your Pages',
  },
  tokenResponse: {
    errors: {
      '100': 'invalid_grant',
      '190': 'invalid_grant',
      '101': 'invalid_client',
      // Its code, 1, says nothing.
      'Error validating client secret.': 'invalid_client',
    },
  },
  account: 'id',
  accountName: 'name',
  accountEmail: 'email',
  accountPicture: 'picture.data.url',
  refresh: false,
  revocationUrl: 'https://graph.facebook.com/v25.0/me/permissions',
  revocationRequest: {
    method: 'DELETE',
    tokenParameter: null,
    authentication: 'bearer',
    alreadyRevoked: ['invalid_grant'],
  },
  revocationScope: 'grant',
  registration: {
    url: 'https://developers.facebook.com/apps',
    redirectUriField: 'Valid OAuth Redirect URIs',
    clientIdField: 'App ID',
    clientSecretField: 'App secret',
    steps: [
      'Create app > Authenticate and request data from users with Facebook Login',
      'Use cases > Customize > Settings: Client OAuth login, Valid OAuth Redirect URIs',
      'App settings > Basic; App Mode Live, before others than yourself can use it',
    ],
  },
  notes:
    'A person must consent again every 60 days or so: a longer token is not renewed without her. Other scopes than public_profile and email need App Review.',
});
