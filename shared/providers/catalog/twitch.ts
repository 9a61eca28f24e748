import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'twitch',
  name: 'Twitch',
  source: 'https://dev.twitch.tv/docs/authentication/getting-tokens-oauth/',
  checked: '2026-11-23',
  authorizationUrl: 'https://id.twitch.tv/oauth2/authorize',
  tokenUrl: 'https://id.twitch.tv/oauth2/token',
  userInfoUrl: 'https://api.twitch.tv/helix/users',
  headers: { 'client-id': '{client_id}' },
  clientAuthentication: 'client_secret_post',
  pkce: false,
  scopes: ['user:read:email'],
  scopeDescriptions: {
    'user:read:email': 'Read your e-mail address',
    'user:read:follows': 'See the channels that you follow',
    'user:read:subscriptions': 'See whether you subscribe to a channel',
    'user:edit': 'Change your description',
    'channel:read:subscriptions': 'See who subscribes to your channel',
    'channel:manage:broadcast': 'Change the title and category of your channel',
    'channel:manage:polls': 'Run polls on your channel',
    'channel:read:redemptions': 'See what viewers redeem on your channel',
    'clips:edit': 'Create clips',
    'user:read:chat': 'Read chat as you',
    'user:write:chat': 'Send chat messages as you',
    'moderation:read': 'See who moderates and who is banned on your channel',
    'bits:read': 'See the Bits on your channel',
  },
  // Errors are told in words alone.
  tokenResponse: {
    errors: {
      'Invalid authorization code': 'invalid_grant',
      'Invalid refresh token': 'invalid_grant',
      'Invalid token': 'invalid_grant',
      'invalid client': 'invalid_client',
      'invalid client secret': 'invalid_client',
    },
  },
  account: 'data.0.id',
  accountName: ['data.0.display_name', 'data.0.login'],
  accountEmail: 'data.0.email',
  accountPicture: 'data.0.profile_image_url',
  // The documented answer to a refresh does not say; that to a code says about 4 hours.
  accessTokenLifetime: 14_000,
  rotation: 'rotates',
  revocationUrl: 'https://id.twitch.tv/oauth2/revoke',
  // What it does for refresh tokens is not documented.
  revocationRequest: {
    token: 'each',
    hint: false,
    authentication: 'none',
    alreadyRevoked: ['invalid_grant'],
  },
  registration: {
    url: 'https://dev.twitch.tv/console',
    redirectUriField: 'OAuth Redirect URLs',
    clientIdField: 'Client ID',
    clientSecretField: 'New Secret',
    steps: [
      'Two-factor authentication of the developer account comes first',
      'Applications > Register Your Application, Client Type Confidential',
      'Manage > New Secret',
    ],
  },
  notes:
    'Twitch obliges applications that keep a session to validate their tokens every hour, at https://id.twitch.tv/oauth2/validate.',
});
