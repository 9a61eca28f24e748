import { defineProvider } from '../provider.ts';

/** Log in with PayPal. */
export default defineProvider({
  id: 'paypal',
  name: 'PayPal',
  source: 'https://developer.paypal.com/docs/log-in-with-paypal/integrate/',
  checked: '2026-11-23',
  authorizationUrl: 'https://www.paypal.com/signin/authorize',
  tokenUrl: 'https://api-m.paypal.com/v1/oauth2/token',
  // The schema is not on PayPal's page: SocialiteProviders and Appwrite agree on it.
  userInfoUrl: 'https://api-m.paypal.com/v1/identity/oauth2/userinfo?schema=paypalv1.1',
  clientAuthentication: 'client_secret_basic',
  pkce: false,
  authorizationParameters: { flowEntry: 'static' },
  // The documented request has the code alone.
  tokenParameters: { redirect_uri: null },
  scopes: ['openid', 'profile', 'email'],
  scopeDescriptions: {
    openid: 'Sign in with your PayPal account',
    profile: 'Read your name',
    email: 'Read your e-mail address',
    address: 'Read your street address',
    'https://uri.paypal.com/services/paypalattributes':
      'Read your PayPal account ID and whether the account is verified',
  },
  tokenResponse: {
    errors: {
      // "Invalid authorization code"
      access_denied: 'invalid_grant',
      'Unable to refresh access token': 'invalid_grant',
    },
  },
  // An address of PayPal's with the id at its end; the whole of it is what stays.
  account: 'user_id',
  accountName: 'name',
  accountEmail: 'emails.0.value',
  rotation: 'none',
  registration: {
    url: 'https://developer.paypal.com/dashboard/applications/live',
    redirectUriField: 'Return URL',
    clientIdField: 'Client ID',
    clientSecretField: 'Secret',
    steps: [
      'Apps & Credentials > Create App',
      'Other features > Log in with PayPal > Advanced Settings: Return URL, the information that is asked for, Privacy policy URL, User agreement URL',
      'Save; PayPal reviews a live app, which takes weeks',
    ],
  },
  notes:
    'The sandbox is this entry at www.sandbox.paypal.com and api-m.sandbox.paypal.com. PayPal offers no revocation: a person ends it in the settings of the PayPal account.',
});
