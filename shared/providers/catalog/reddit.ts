import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'reddit',
  name: 'Reddit',
  source: 'https://github.com/reddit-archive/reddit/wiki/OAuth2',
  checked: '2026-11-23',
  authorizationUrl: 'https://www.reddit.com/api/v1/authorize',
  tokenUrl: 'https://www.reddit.com/api/v1/access_token',
  userInfoUrl: 'https://oauth.reddit.com/api/v1/me',
  clientAuthentication: 'client_secret_basic',
  // Rates are limited by it: one that many share is slowed down.
  headers: { 'user-agent': 'web:{client_id}:v1 (oauth2-token-capture)' },
  pkce: false,
  // Without it there is no refresh token.
  authorizationParameters: { duration: 'permanent' },
  scopes: ['identity'],
  scopeDescriptions: {
    identity: 'Read your user name and when you signed up',
    read: 'Read posts and comments as you',
    history: 'Read your votes, comments and submissions, and what you saved or hid',
    mysubreddits: 'See the communities that you moderate, write in or follow',
    submit: 'Post links and comments in your name',
    edit: 'Edit and delete your comments and posts',
    vote: 'Vote in your name',
    save: 'Save and unsave posts and comments',
    subscribe: 'Change which communities you follow',
    privatemessages: 'Read and send your private messages',
    account: 'Change your preferences',
    flair: 'Choose your flair',
  },
  // A number, the HTTP status once more.
  tokenResponse: { errors: { '400': 'invalid_grant', '401': 'invalid_client' } },
  account: 'id',
  accountName: 'name',
  accountPicture: 'icon_img',
  rotation: 'none',
  revocationUrl: 'https://www.reddit.com/api/v1/revoke_token',
  registration: {
    url: 'https://www.reddit.com/prefs/apps',
    redirectUriField: 'redirect uri',
    clientIdField: 'the text below the name of the app',
    clientSecretField: 'secret',
    steps: ['are you a developer? create an app...', 'web app, with its one redirect uri'],
  },
  notes: 'Reddit may ask to approve an application before it can be registered.',
});
