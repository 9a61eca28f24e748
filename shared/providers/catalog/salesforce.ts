import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'salesforce',
  name: 'Salesforce',
  source:
    'https://developer.salesforce.com/docs/platform/mobile-sdk/guide/oauth-revoking-tokens.html',
  checked: '2026-11-23',
  values: {
    domain: {
      label: 'Your Salesforce address, up to .salesforce.com',
      // login, test for a sandbox, or a My Domain.
      pattern: 'login|test|([a-z0-9][a-z0-9-]*\\.){1,2}my',
      example: 'acme.my',
      default: 'login',
    },
  },
  authorizationUrl: 'https://{domain}.salesforce.com/services/oauth2/authorize',
  tokenUrl: 'https://{domain}.salesforce.com/services/oauth2/token',
  userInfoUrl: 'https://{domain}.salesforce.com/services/oauth2/userinfo',
  // Basic is answered with invalid_client_id.
  clientAuthentication: 'client_secret_post',
  scopes: ['openid', 'id', 'refresh_token'],
  scopeDescriptions: {
    openid: 'Sign in with your Salesforce account',
    id: 'Read your profile',
    refresh_token: 'Keep access while you are away',
    api: 'Read and change what you can in Salesforce',
    full: 'Do everything that you can in Salesforce',
    web: 'Open Salesforce in a browser as you',
    chatter_api: 'Use Chatter as you',
    custom_permissions: 'See your custom permissions',
    wave_api: 'Use CRM Analytics as you',
    pardot_api: 'Use Account Engagement as you',
  },
  tokenResponse: { errors: { invalid_client_id: 'invalid_client' } },
  account: '{organization_id}:{user_id}',
  accountName: ['name', 'preferred_username'],
  accountEmail: 'email',
  accountPicture: 'picture',
  // Where the API is; a refresh may tell another.
  kept: [
    {
      name: 'instance_url',
      from: 'token_response',
      path: 'instance_url',
      hosts: ['*.salesforce.com'],
    },
  ],
  // Not told: the session timeout of the app, for which Salesforce recommends an hour.
  accessTokenLifetime: 60 * 60,
  revocationUrl: 'https://{domain}.salesforce.com/services/oauth2/revoke',
  revocationRequest: { authentication: null, alreadyRevoked: ['invalid_token'] },
  registration: {
    url: 'https://login.salesforce.com/',
    redirectUriField: 'Callback URL',
    clientIdField: 'Consumer Key',
    clientSecretField: 'Consumer Secret',
    steps: [
      'Setup > External Client App Manager > New External Client App',
      'API (Enable OAuth Settings) > Enable OAuth: Callback URL, OAuth Scopes',
      'Require Secret for Web Server Flow, for Refresh Token Flow, and Require Proof Key for Code Exchange (PKCE)',
      'Settings > OAuth Settings > Consumer Key and Secret; a change takes minutes to work',
    ],
  },
  notes: 'The policies of the app decide whether refresh tokens rotate and when they end.',
});
