import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'x',
  name: 'X',
  source: 'https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token',
  checked: '2026-11-26',
  authorizationUrl: 'https://x.com/i/oauth2/authorize',
  tokenUrl: 'https://api.x.com/2/oauth2/token',
  userInfoUrl: 'https://api.x.com/2/users/me?user.fields=profile_image_url',
  clientAuthentication: 'client_secret_basic',
  pkceRequired: true,
  // User information needs the first two, a refresh token the third.
  scopes: ['users.read', 'tweet.read', 'offline.access'],
  scopeDescriptions: {
    'users.read': 'See accounts that you can see',
    'tweet.read': 'Read posts that you can see',
    'offline.access': 'Keep access while you are away',
    'users.email': 'Read your e-mail address',
    'tweet.write': 'Post and repost in your name',
    'tweet.moderate.write': 'Hide and unhide replies to your posts',
    'media.write': 'Upload pictures and videos',
    'follows.read': 'See who you follow and who follows you',
    'follows.write': 'Follow and unfollow accounts for you',
    'like.read': 'See the posts that you like',
    'like.write': 'Like and unlike posts for you',
    'list.read': 'See your lists and their members',
    'list.write': 'Create and change your lists',
    'bookmark.read': 'See your bookmarks',
    'bookmark.write': 'Add and remove bookmarks',
    'dm.read': 'Read your direct messages',
    'dm.write': 'Send direct messages as you',
  },
  tokenResponse: {
    errors: {
      // Codes and refresh tokens that have ended.
      invalid_request: 'invalid_grant',
      unauthorized_client: 'invalid_client',
    },
  },
  account: 'data.id',
  accountName: ['data.name', 'data.username'],
  accountPicture: 'data.profile_image_url',
  rotation: 'single_use',
  revocationUrl: 'https://api.x.com/2/oauth2/revoke',
  revocationRequest: { token: 'each', hint: false },
  registration: {
    url: 'https://console.x.com',
    redirectUriField: 'Callback URI / Redirect URL',
    clientIdField: 'Client ID (OAuth 2.0)',
    clientSecretField: 'Client Secret (OAuth 2.0)',
    steps: [
      'Create App',
      'User authentication settings > Set up: Web App, Automated App or Bot',
      'Keys and tokens > OAuth 2.0 Client ID and Client Secret, which is shown once',
    ],
  },
  notes:
    'A code lives 30 seconds. Calls of the API are billed: one for each connect. On this machine register http://127.0.0.1, not localhost.',
});
