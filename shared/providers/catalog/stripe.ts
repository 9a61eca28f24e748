import { defineProvider } from '../provider.ts';

/** Stripe Apps: acts on a Stripe account that is there already. Connect is another product. */
export default defineProvider({
  id: 'stripe',
  name: 'Stripe',
  source: 'https://docs.stripe.com/stripe-apps/api-authentication/oauth',
  checked: '2026-11-23',
  authorizationUrl: 'https://marketplace.stripe.com/oauth/v2/authorize',
  tokenUrl: 'https://api.stripe.com/v1/oauth/token',
  clientAuthentication: 'client_secret_as_user',
  pkce: false,
  // Exactly the code and the grant type.
  tokenParameters: { redirect_uri: null },
  // The permissions of the app's manifest.
  scopes: [],
  scopeDescriptions: { stripe_apps: 'Use your Stripe account within the permissions of the app' },
  userInfoFrom: 'token_response',
  account: 'stripe_user_id',
  accessTokenLifetime: 60 * 60,
  rotation: 'single_use',
  refreshTokenIdleLifetime: 365 * 24 * 60 * 60,
  registration: {
    url: 'https://dashboard.stripe.com/apps',
    redirectUriField: 'allowed_redirect_uris',
    clientIdField: 'client_id in the OAuth link (ca_...)',
    clientSecretField: 'Secret key of the account that owns the app (sk_...)',
    steps: [
      'stripe apps create; in stripe-app.json: "stripe_api_access_type": "oauth", "distribution_type": "public", allowed_redirect_uris and permissions',
      'stripe apps upload',
      'External test > Get started > Test OAuth, until the app is published; then the link under Settings',
      'Developers > API keys > Secret key, of the same mode as the link',
    ],
  },
  notes:
    'A link for tests has another path: set authorizationUrl to it. Revocation is the uninstalling of the app, by the person.',
});
