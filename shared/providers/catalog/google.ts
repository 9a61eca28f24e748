import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'google',
  name: 'Google',
  source: 'https://developers.google.com/identity/protocols/oauth2/web-server',
  checked: '2026-11-23',
  issuer: 'https://accounts.google.com',
  authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
  tokenUrl: 'https://oauth2.googleapis.com/token',
  userInfoUrl: 'https://openidconnect.googleapis.com/v1/userinfo',
  jwksUrl: 'https://www.googleapis.com/oauth2/v3/certs',
  clientAuthentication: 'client_secret_post',
  // Without both, a second consent brings no refresh token.
  authorizationParameters: { access_type: 'offline', prompt: 'consent' },
  scopes: ['openid', 'email', 'profile'],
  scopeDescriptions: {
    openid: 'Sign in with your Google account',
    email: 'Read your e-mail address',
    profile: 'Read your name and picture',
    'https://www.googleapis.com/auth/youtube.readonly': 'View your YouTube account',
    'https://www.googleapis.com/auth/drive.readonly': 'See and download your Google Drive files',
    'https://www.googleapis.com/auth/calendar.readonly': 'See your calendars',
  },
  tokenResponse: {
    scopeNames: {
      'https://www.googleapis.com/auth/userinfo.email': 'email',
      'https://www.googleapis.com/auth/userinfo.profile': 'profile',
    },
  },
  rotation: 'none',
  refreshTokenIdleLifetime: 180 * 24 * 60 * 60,
  revocationUrl: 'https://oauth2.googleapis.com/revoke',
  revocationRequest: { authentication: null, alreadyRevoked: ['invalid_token'] },
  revocationScope: 'grant',
  registration: {
    url: 'https://console.cloud.google.com/auth/clients',
    redirectUriField: 'Authorized redirect URIs',
    clientIdField: 'Client ID',
    clientSecretField: 'Client secret',
    steps: [
      'Branding, Audience and Data Access first, once in a project',
      'Clients > Create client > Web application',
    ],
  },
  notes:
    'While the publishing status is "Testing", refresh tokens for more than name and e-mail end after 7 days.',
});
