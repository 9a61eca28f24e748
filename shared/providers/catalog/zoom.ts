import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'zoom',
  name: 'Zoom',
  source: 'https://developers.zoom.us/docs/integrations/oauth/',
  checked: '2026-11-26',
  authorizationUrl: 'https://zoom.us/oauth/authorize',
  tokenUrl: 'https://zoom.us/oauth/token',
  userInfoUrl: 'https://api.zoom.us/v2/users/me',
  clientAuthentication: 'client_secret_basic',
  // Those of the app.
  scopes: [],
  scopeDescriptions: {
    'user:read:user': 'Read your profile',
    'user:read:email': 'Read your e-mail address',
    'meeting:read:list_meetings': 'See your meetings',
    'cloud_recording:read:list_user_recordings': 'See your cloud recordings',
  },
  account: 'id',
  accountName: ['display_name', '{first_name} {last_name}'],
  accountEmail: 'email',
  accountPicture: 'pic_url',
  // Where the API of the person's region is.
  kept: [{ name: 'api_url', from: 'token_response', path: 'api_url', hosts: ['*.zoom.us'] }],
  rotation: 'single_use',
  revocationUrl: 'https://zoom.us/oauth/revoke',
  revocationRequest: {
    token: 'access_token',
    hint: false,
    refreshFirst: true,
    success: { path: 'status', equals: 'success' },
    alreadyRevoked: ['invalid_grant'],
  },
  registration: {
    url: 'https://marketplace.zoom.us/develop/create',
    redirectUriField: 'OAuth Redirect URL',
    clientIdField: 'Client ID',
    clientSecretField: 'Client Secret',
    steps: [
      'Develop > Build App > General App, User-managed',
      'Basic Information: OAuth Redirect URL, OAuth Allow Lists, App Credentials',
      'Scopes > Add Scopes: user:read:user, and what else is needed',
    ],
  },
  notes:
    'A person has one living connection per app: a new consent ends the tokens of the one before. Refresh tokens end after about 90 days without use.',
});
