import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'strava',
  name: 'Strava',
  source: 'https://developers.strava.com/docs/authentication/',
  checked: '2026-11-23',
  authorizationUrl: 'https://www.strava.com/oauth/authorize',
  tokenUrl: 'https://www.strava.com/oauth/token',
  // https://api-v3.strava.com/athlete is to be there from 2027-01-04 on.
  userInfoUrl: 'https://www.strava.com/api/v3/athlete',
  clientAuthentication: 'client_secret_post',
  pkce: false,
  tokenParameters: { redirect_uri: null },
  scopes: ['read'],
  scopeSeparator: ',',
  scopeDescriptions: {
    read: 'Read public segments, routes, posts, events and profiles',
    read_all: 'Read your private routes, segments and events',
    'profile:read_all': 'Read all of your profile, whoever may see it',
    'profile:write': 'Change your weight and power, and star segments for you',
    'activity:read': 'Read your activities that everyone or your followers see',
    'activity:read_all': 'Read all your activities, private ones and privacy zones included',
    'activity:write': 'Add activities and change those that it can read',
  },
  grantedScopesParameter: 'scope',
  tokenResponse: {
    // What was not good about the request: {"resource": "RefreshToken", "field": "refresh_token", "code": "invalid"}.
    errors: {
      AuthorizationCode: 'invalid_grant',
      RefreshToken: 'invalid_grant',
      Application: 'invalid_client',
    },
  },
  account: 'id',
  accountName: ['{firstname} {lastname}', 'username'],
  accountPicture: 'profile',
  rotation: 'single_use',
  // Since June 2026; stravalib and strava-ruby-client agree on what Strava's page says of it.
  revocationUrl: 'https://www.strava.com/oauth/revoke',
  // How far it reaches is not told; what it replaces ended everything of the athlete.
  revocationScope: 'grant',
  revocationRequest: { authentication: 'client_secret_basic' },
  registration: {
    url: 'https://www.strava.com/settings/api',
    redirectUriField: 'Authorization Callback Domain',
    clientIdField: 'Client ID',
    clientSecretField: 'Client Secret',
    steps: [
      'My API Application',
      'The callback domain is the host of the redirect URI alone; localhost and 127.0.0.1 are always allowed',
    ],
  },
  notes:
    "A new application can connect few athletes until Strava has reviewed it, and its developer needs a Strava subscription. A refresh within the last access token's life brings the same token while more than an hour is left.",
});
