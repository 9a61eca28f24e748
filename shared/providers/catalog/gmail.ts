import { defineProvider } from '../provider.ts';

/** Google, with the scopes of the Gmail API. */
export default defineProvider({
  id: 'gmail',
  name: 'Gmail',
  extends: 'google',
  source: 'https://developers.google.com/workspace/gmail/api/auth/scopes',
  checked: '2026-11-23',
  scopes: ['openid', 'email', 'profile', 'https://www.googleapis.com/auth/gmail.readonly'],
  scopeDescriptions: {
    openid: 'Sign in with your Google account',
    email: 'Read your e-mail address',
    profile: 'Read your name and picture',
    'https://www.googleapis.com/auth/gmail.readonly': 'Read your e-mail and its settings',
    'https://www.googleapis.com/auth/gmail.metadata':
      'See labels and headers of your e-mail, without its text',
    'https://www.googleapis.com/auth/gmail.send': 'Send e-mail as you',
    'https://www.googleapis.com/auth/gmail.compose': 'Write drafts and send e-mail as you',
    'https://www.googleapis.com/auth/gmail.modify':
      'Read, write and send your e-mail, and move it to the trash',
    'https://www.googleapis.com/auth/gmail.labels': 'See and change your labels',
    'https://mail.google.com/': 'Read, write, send and delete all your e-mail for good',
  },
  registration: {
    url: 'https://console.cloud.google.com/auth/clients',
    redirectUriField: 'Authorized redirect URIs',
    clientIdField: 'Client ID',
    clientSecretField: 'Client secret',
    steps: [
      'APIs & Services > Library > Gmail API > Enable',
      'Data Access > Add or remove scopes > gmail.readonly',
      'Clients > Create client > Web application',
    ],
  },
  notes:
    'A change of the password ends every connection with Gmail scopes. Reading e-mail is a restricted scope: an app for the public needs Google\'s verification and a yearly security assessment. While the publishing status is "Testing", refresh tokens end after 7 days. Disconnecting ends every connection of the person with the same Google Cloud project.',
});
