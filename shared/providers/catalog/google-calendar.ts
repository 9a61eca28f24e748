import { defineProvider } from '../provider.ts';

/** Google, with the scopes of the Google Calendar API. */
export default defineProvider({
  id: 'google-calendar',
  name: 'Google Calendar',
  extends: 'google',
  source: 'https://developers.google.com/workspace/calendar/api/auth',
  checked: '2026-11-23',
  scopes: ['openid', 'email', 'profile', 'https://www.googleapis.com/auth/calendar.readonly'],
  scopeDescriptions: {
    openid: 'Sign in with your Google account',
    email: 'Read your e-mail address',
    profile: 'Read your name and picture',
    'https://www.googleapis.com/auth/calendar.readonly':
      'See and download any calendar you can access',
    'https://www.googleapis.com/auth/calendar':
      'See, edit, share and delete for good all the calendars you can access',
    'https://www.googleapis.com/auth/calendar.events': 'See and edit events on all your calendars',
    'https://www.googleapis.com/auth/calendar.events.readonly': 'See events on all your calendars',
    'https://www.googleapis.com/auth/calendar.settings.readonly': 'See your calendar settings',
    'https://www.googleapis.com/auth/calendar.calendarlist.readonly':
      'See which calendars you are subscribed to',
    'https://www.googleapis.com/auth/calendar.app.created':
      'Make calendars of its own, and see and change the events on them',
  },
  registration: {
    url: 'https://console.cloud.google.com/auth/clients',
    redirectUriField: 'Authorized redirect URIs',
    clientIdField: 'Client ID',
    clientSecretField: 'Client secret',
    steps: [
      'APIs & Services > Library > Google Calendar API > Enable',
      'Data Access > Add or remove scopes > calendar.readonly',
      'Clients > Create client > Web application',
    ],
  },
  notes:
    'Calendar scopes are sensitive: an app for the public needs Google\'s verification. While the publishing status is "Testing", refresh tokens end after 7 days. Disconnecting ends every connection of the person with the same Google Cloud project.',
});
