import { defineProvider } from '../provider.ts';

/** Google, with the YouTube channel that the person picked as the account. */
export default defineProvider({
  id: 'youtube',
  name: 'YouTube',
  extends: 'google',
  source: 'https://developers.google.com/youtube/v3/guides/auth/server-side-web-apps',
  checked: '2026-11-23',
  userInfoUrl: 'https://www.googleapis.com/youtube/v3/channels?part=snippet&mine=true',
  scopes: ['https://www.googleapis.com/auth/youtube.readonly'],
  scopeDescriptions: {
    'https://www.googleapis.com/auth/youtube.readonly': 'View your YouTube account',
    'https://www.googleapis.com/auth/youtube': 'Manage your YouTube account',
    'https://www.googleapis.com/auth/youtube.upload': 'Manage your YouTube videos',
    'https://www.googleapis.com/auth/youtube.force-ssl':
      'See, edit and delete your videos, ratings, comments and captions',
  },
  account: 'items.0.id',
  accountName: 'items.0.snippet.title',
  accountPicture: 'items.0.snippet.thumbnails.default.url',
  registration: {
    url: 'https://console.cloud.google.com/auth/clients',
    redirectUriField: 'Authorized redirect URIs',
    clientIdField: 'Client ID',
    clientSecretField: 'Client secret',
    steps: [
      'APIs & Services > Library > YouTube Data API v3 > Enable',
      'Data Access > Add or remove scopes > youtube.readonly',
      'Clients > Create client > Web application',
    ],
  },
  notes:
    'A Google account without a YouTube channel cannot be connected. Disconnecting ends every connection of the person with the same Google Cloud project.',
});
