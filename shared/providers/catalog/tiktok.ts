import { defineProvider } from '../provider.ts';

/** Login Kit for the web; TikTok for Business and TikTok Shop are other servers. */
export default defineProvider({
  id: 'tiktok',
  name: 'TikTok',
  source: 'https://developers.tiktok.com/doc/oauth-get-a-user-access-token',
  checked: '2026-11-26',
  authorizationUrl: 'https://www.tiktok.com/v2/auth/authorize/',
  tokenUrl: 'https://open.tiktokapis.com/v2/oauth/token/',
  userInfoUrl:
    'https://open.tiktokapis.com/v2/user/info/?fields=open_id,union_id,avatar_url,display_name',
  userInfoSuccess: { path: 'error.code', equals: 'ok' },
  clientIdParameter: 'client_key',
  clientAuthentication: 'client_secret_post',
  // For mobile and desktop apps alone.
  pkce: false,
  scopes: ['user.info.basic'],
  scopeSeparator: ',',
  scopeDescriptions: {
    'user.info.basic': 'Read your name and picture',
    'user.info.profile': 'Read your bio, profile link and user name',
    'user.info.stats': 'Read how many followers, likes and videos you have',
    'video.list': 'See your public videos',
    'video.upload': 'Send drafts of videos to your account',
    'video.publish': 'Post videos to your profile',
  },
  account: 'data.user.open_id',
  accountName: 'data.user.display_name',
  accountPicture: 'data.user.avatar_url',
  rotation: 'single_use',
  revocationUrl: 'https://open.tiktokapis.com/v2/oauth/revoke/',
  revocationRequest: {
    token: 'access_token',
    hint: false,
    // A token that has ended after its two hours ends nothing.
    refreshFirst: true,
    alreadyRevoked: ['invalid_grant', 'access_token_invalid'],
  },
  revocationScope: 'grant',
  registration: {
    url: 'https://developers.tiktok.com/',
    redirectUriField: 'Redirect URI (Login Kit, Web)',
    clientIdField: 'Client key',
    clientSecretField: 'Client secret',
    steps: [
      'Manage apps > Connect an app',
      'Products > Add products > Login Kit; Redirect URI: https only, no localhost',
      'Scopes > Add scopes',
      'Credentials; a Sandbox has its own, and lets in its target users alone',
    ],
  },
  notes: 'An account id is the person in this app alone; union_id is hers in all of a developer.',
});
