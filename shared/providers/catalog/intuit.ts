import { defineProvider } from '../provider.ts';

/** QuickBooks Online: a connection is one company. */
export default defineProvider({
  id: 'intuit',
  name: 'Intuit QuickBooks',
  source:
    'https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0',
  checked: '2026-11-26',
  authorizationUrl: 'https://appcenter.intuit.com/connect/oauth2',
  tokenUrl: 'https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer',
  // It answers for the company alone that the token is for: what the callback says is proved by it.
  userInfoUrl: 'https://quickbooks.api.intuit.com/v3/company/{realm_id}/companyinfo/{realm_id}',
  kept: [{ name: 'realm_id', from: 'callback', path: 'realmId' }],
  clientAuthentication: 'client_secret_basic',
  pkce: false,
  scopes: ['com.intuit.quickbooks.accounting'],
  scopeDescriptions: {
    'com.intuit.quickbooks.accounting': "Read and change your company's books",
    'com.intuit.quickbooks.payment': 'Take and manage payments for your company',
    openid: 'Sign in with your Intuit account',
    profile: 'Read your name',
    email: 'Read your e-mail address',
    phone: 'Read your phone number',
    address: 'Read your address',
  },
  account: 'instance.realm_id',
  accountName: 'CompanyInfo.CompanyName',
  accountEmail: 'CompanyInfo.Email.Address',
  // To another value about once a day.
  rotation: 'rotates',
  // However often it was refreshed.
  consentLifetime: 5 * 365 * 24 * 60 * 60,
  revocationUrl: 'https://developer.api.intuit.com/v2/oauth2/tokens/revoke',
  revocationRequest: { format: 'json', alreadyRevoked: [400] },
  revocationScope: 'grant',
  registration: {
    url: 'https://developer.intuit.com/app/developer/dashboard',
    redirectUriField: 'Redirect URIs',
    clientIdField: 'Client ID',
    clientSecretField: 'Client Secret',
    steps: [
      'Create an app > QuickBooks Online and Payments, with every scope that is asked for',
      'Keys & OAuth, under Development or Production: Client ID and Client Secret',
      'Settings > Redirect URIs (https for Production)',
    ],
  },
  notes:
    'The company\'s id, which every address of the QuickBooks API holds, is "realm_id" of the connection. Development keys reach sandbox companies alone, whose API is at sandbox-quickbooks.api.intuit.com.',
});
