import { createHmac, timingSafeEqual } from 'node:crypto';
import { type CallbackContext, defineProvider } from '../provider.ts';

/** An app in a shop, with an offline token: a connection is a shop. */
export default defineProvider({
  id: 'shopify',
  name: 'Shopify',
  source:
    'https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/authorization-code-grant',
  checked: '2026-11-26',
  authorizationUrl: 'https://{shop}.myshopify.com/admin/oauth/authorize',
  tokenUrl: 'https://{shop}.myshopify.com/admin/oauth/access_token',
  userInfoUrl: 'https://{shop}.myshopify.com/admin/api/2026-04/graphql.json',
  userInfoBody: '{"query":"{ shop { id name email } }"}',
  userInfoAuthorization: { header: 'x-shopify-access-token' },
  values: {
    shop: {
      label: 'Shop',
      pattern: '[a-zA-Z0-9][a-zA-Z0-9-]*',
      example: 'my-shop',
      placeholder: 'my-shop.myshopify.com',
    },
  },
  clientAuthentication: 'client_secret_post',
  pkce: false,
  authorizationParameters: { response_type: null },
  // A token that expires and can be refreshed: the others are refused by the Admin API, or will be.
  tokenParameters: { expiring: '1', grant_type: null, redirect_uri: null },
  scopes: ['read_products'],
  scopeSeparator: ',',
  scopeDescriptions: {
    read_products: 'Read products and collections',
    write_products: 'Read and change products and collections',
    read_orders: 'Read the orders of the last 60 days',
    write_orders: 'Read and change the orders of the last 60 days',
    read_all_orders: 'Read all orders',
    read_customers: 'Read customers',
    write_customers: 'Read and change customers',
    read_inventory: 'Read the inventory',
    write_inventory: 'Read and change the inventory',
    read_content: 'Read articles, blogs and pages',
    write_content: 'Read and change articles, blogs and pages',
    read_themes: 'Read themes',
    write_themes: 'Read and change themes',
  },
  tokenResponse: {
    errors: {
      // With "invalid_request".
      'The authorization code was not found or was already used': 'invalid_grant',
    },
  },
  account: 'data.shop.id',
  accountName: 'data.shop.name',
  accountEmail: 'data.shop.email',
  // Since August 2026: until the new one is used, and for 30 days at most.
  rotation: 'rotates',
  refreshGraceSeconds: 30 * 24 * 60 * 60,
  // The one way to give the tokens up: the app is uninstalled.
  revocationUrl: 'https://{shop}.myshopify.com/admin/api_permissions/current.json',
  revocationRequest: {
    method: 'DELETE',
    tokenParameter: null,
    token: 'access_token',
    authentication: 'bearer',
    refreshFirst: true,
    alreadyRevoked: [401],
  },
  revocationScope: 'grant',
  registration: {
    url: 'https://dev.shopify.com/dashboard/',
    redirectUriField: 'Redirect URLs',
    clientIdField: 'Client ID',
    clientSecretField: 'Secret',
    steps: [
      'Create app',
      'Versions: App URL, Scopes and Redirect URLs, then Release',
      'Settings > Credentials',
      'Home > Select distribution method',
    ],
  },
  notes:
    'Disconnecting uninstalls the app from the shop, with its webhooks and script tags. An app has one token in a shop: another connection of the same shop ends the one before. A merchant who cancels is not sent back.',
  hooks: { verifyCallback: isSigned },
});

/** The "hmac" is made with the client's secret, of every other parameter in the order of their names. */
function isSigned({ callback, client, instance }: CallbackContext): boolean {
  const shop = `${instance['shop']}.myshopify.com`.toLowerCase();
  if (callback.get('shop')?.toLowerCase() !== shop) return false;
  const signed = new URLSearchParams(callback);
  for (const name of ['hmac', 'signature']) signed.delete(name);
  signed.sort();
  const expected = createHmac('sha256', client.clientSecret?.reveal() ?? '')
    .update(signed.toString().replaceAll('+', '%20'))
    .digest();
  const told = Buffer.from(callback.get('hmac') ?? '', 'hex');
  return told.length === expected.length && timingSafeEqual(told, expected);
}
