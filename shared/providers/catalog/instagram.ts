import { defineProvider } from '../provider.ts';

/** Professional accounts; those behind a Facebook Page are scopes of Facebook. */
export default defineProvider({
  id: 'instagram',
  name: 'Instagram',
  source:
    'https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-instagram-login/business-login',
  checked: '2026-11-23',
  authorizationUrl: 'https://www.instagram.com/oauth/authorize',
  tokenUrl: 'https://api.instagram.com/oauth/access_token',
  // A code brings a token for one hour.
  exchange: {
    url: 'https://graph.instagram.com/access_token',
    parameters: { grant_type: 'ig_exchange_token' },
    tokenParameter: 'access_token',
    clientSecret: true,
  },
  refreshExchange: {
    url: 'https://graph.instagram.com/refresh_access_token',
    parameters: { grant_type: 'ig_refresh_token' },
    tokenParameter: 'access_token',
  },
  userInfoUrl:
    'https://graph.instagram.com/v25.0/me?fields=user_id,username,name,profile_picture_url',
  userInfoAuthorization: { parameter: 'access_token' },
  clientAuthentication: 'client_secret_post',
  pkce: false,
  scopes: ['instagram_business_basic'],
  scopeSeparator: ',',
  scopeDescriptions: {
    instagram_business_basic: 'Read your profile and posts',
    instagram_business_content_publish: 'Post in your name',
    instagram_business_manage_messages: 'Read and answer your messages',
    instagram_business_manage_comments: 'Read, answer and hide comments',
    instagram_business_manage_insights: 'Read how your posts are doing',
  },
  tokenResponse: {
    // Documented in a list, sent without.
    path: ['data.0', ''],
    members: { scope: 'permissions' },
    errors: {
      'Error validating client secret.': 'invalid_client',
      'Invalid Client Secret': 'invalid_client',
      '190': 'invalid_grant',
      '400': 'invalid_grant',
    },
  },
  account: ['data.0.user_id', 'user_id'],
  accountName: ['data.0.name', 'data.0.username', 'name', 'username'],
  accountPicture: 'profile_picture_url',
  refresh: false,
  registration: {
    url: 'https://developers.facebook.com/apps',
    redirectUriField: 'OAuth redirect URIs',
    clientIdField: 'Instagram app ID',
    clientSecretField: 'Instagram app secret',
    steps: [
      'Create app > Manage messaging & content on Instagram',
      'Instagram > API setup with Instagram business login',
      'Set up Instagram business login > Business login settings: look whether a slash was added to the URI',
    ],
  },
  notes:
    'A token lives 60 days and is renewed in between. Id and secret are those of the Instagram app, not of the Meta app. Instagram offers no revocation: a person removes the app in her settings, Website permissions.',
});
