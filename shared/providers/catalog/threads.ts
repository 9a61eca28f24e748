import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'threads',
  name: 'Threads',
  source: 'https://developers.facebook.com/docs/threads/get-started/long-lived-tokens/',
  checked: '2026-11-23',
  authorizationUrl: 'https://threads.com/oauth/authorize',
  tokenUrl: 'https://graph.threads.net/oauth/access_token',
  // A code brings a token for one hour.
  exchange: {
    url: 'https://graph.threads.net/access_token',
    parameters: { grant_type: 'th_exchange_token' },
    tokenParameter: 'access_token',
    clientSecret: true,
  },
  refreshExchange: {
    url: 'https://graph.threads.net/refresh_access_token',
    parameters: { grant_type: 'th_refresh_token' },
    tokenParameter: 'access_token',
  },
  userInfoUrl:
    'https://graph.threads.net/v1.0/me?fields=id,username,name,threads_profile_picture_url',
  userInfoAuthorization: { parameter: 'access_token' },
  clientAuthentication: 'client_secret_post',
  pkce: false,
  scopes: ['threads_basic'],
  scopeSeparator: ',',
  scopeDescriptions: {
    threads_basic: 'Read your profile and posts',
    threads_content_publish: 'Post in your name',
    threads_read_replies: 'Read replies to your posts',
    threads_manage_replies: 'Reply, hide replies and say who may reply',
    threads_manage_insights: 'Read how your posts are doing',
    threads_manage_mentions: 'Read posts that mention you',
    threads_keyword_search: 'Search posts',
    threads_delete: 'Delete your posts',
    threads_location_tagging: 'Tag places in your posts',
    threads_profile_discovery: 'Look up public profiles',
  },
  tokenResponse: {
    errors: {
      'Error validating client secret.': 'invalid_client',
      '36007': 'invalid_grant',
      '190': 'invalid_grant',
      '400': 'invalid_grant',
    },
  },
  account: 'id',
  accountName: ['name', 'username'],
  accountPicture: 'threads_profile_picture_url',
  refresh: false,
  registration: {
    url: 'https://developers.facebook.com/apps',
    redirectUriField: 'Valid OAuth redirect URIs',
    clientIdField: 'Threads app ID',
    clientSecretField: 'Threads app secret',
    steps: [
      'Create app > Access the Threads API',
      'Use cases > Customize: Add each permission',
      'Settings > Client OAuth Settings: https only, no localhost',
    ],
  },
  notes:
    'A token lives 60 days and is renewed in between. Id and secret are those of the Threads app, not of the Meta app. Threads offers no revocation: a person removes the app in her settings, Website permissions.',
});
