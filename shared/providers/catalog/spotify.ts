import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'spotify',
  name: 'Spotify',
  source: 'https://developer.spotify.com/documentation/web-api/tutorials/code-flow',
  checked: '2026-11-26',
  authorizationUrl: 'https://accounts.spotify.com/authorize',
  tokenUrl: 'https://accounts.spotify.com/api/token',
  userInfoUrl: 'https://api.spotify.com/v1/me',
  clientAuthentication: 'client_secret_basic',
  scopes: ['user-read-email', 'user-read-private'],
  scopeDescriptions: {
    'user-read-email': 'Read your e-mail address',
    'user-read-private': 'See your subscription',
    'playlist-read-private': 'See your private playlists',
    'playlist-read-collaborative': 'See your collaborative playlists',
    'playlist-modify-public': 'Change your public playlists',
    'playlist-modify-private': 'Change your private playlists',
    'user-library-read': 'See what you have saved',
    'user-library-modify': 'Change what you have saved',
    'user-follow-read': 'See whom you follow and your followers',
    'user-follow-modify': 'Change whom you follow',
    'user-top-read': 'See your top artists and tracks',
    'user-read-recently-played': 'See what you played last',
    'user-read-playback-state': 'See what you are playing, and your devices',
    'user-read-currently-playing': 'See what you are playing',
    'user-modify-playback-state': 'Control what your devices play',
  },
  // "Use this field for account linking rather than the id field"; new in 2026.
  account: ['account_id', 'id'],
  accountName: 'display_name',
  accountEmail: 'email',
  accountPicture: 'images.0.url',
  // Since July 2026; a refresh does not move it.
  consentLifetime: 180 * 24 * 60 * 60,
  registration: {
    url: 'https://developer.spotify.com/dashboard',
    redirectUriField: 'Redirect URIs',
    clientIdField: 'Client ID',
    clientSecretField: 'Client secret',
    steps: [
      'Create app, with the Web API ticked',
      'Redirect URIs: https, or http://127.0.0.1 with a port; localhost is refused',
      'Settings > View client secret',
    ],
  },
  notes:
    'While the app is in development mode, only the people listed in its User Management can use it. Spotify offers no revocation: a person ends it under Manage apps in her account.',
});
