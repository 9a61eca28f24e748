import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'hubspot',
  name: 'HubSpot',
  source:
    'https://developers.hubspot.com/docs/api-reference/latest/authentication/manage-oauth-tokens',
  checked: '2026-11-26',
  authorizationUrl: 'https://app.hubspot.com/oauth/authorize',
  // Version 1 ends on 2027-02-16.
  tokenUrl: 'https://api.hubapi.com/oauth/2026-03/token',
  userInfoUrl: 'https://api.hubapi.com/oauth/2026-03/token/introspect',
  userInfoMethod: 'POST',
  userInfoAuthorization: { parameter: 'token' },
  userInfoParameters: { token_type_hint: 'access_token' },
  userInfoClientAuthentication: 'client_secret_post',
  userInfoSuccess: { path: 'active', equals: true },
  clientAuthentication: 'client_secret_post',
  pkce: false,
  scopes: ['oauth'],
  scopeDescriptions: {
    oauth: 'See which HubSpot account and user you are',
    'crm.objects.contacts.read': 'Read contacts',
    'crm.objects.contacts.write': 'Create and change contacts',
    'crm.objects.companies.read': 'Read companies',
    'crm.objects.companies.write': 'Create and change companies',
    'crm.objects.deals.read': 'Read deals',
    'crm.objects.deals.write': 'Create and change deals',
    'crm.objects.owners.read': 'Read who owns what',
    'crm.lists.read': 'Read lists of contacts',
    'crm.lists.write': 'Create and change lists of contacts',
    tickets: 'Read, create and change tickets',
    files: 'Read and change files',
    automation: 'Read and change workflows',
  },
  // The same person may have users in several HubSpot accounts.
  account: '{hub_id}:{user_id}',
  accountName: ['{user} ({hub_domain})', 'user'],
  accountEmail: 'user',
  revocationUrl: 'https://api.hubapi.com/oauth/2026-03/token/revoke',
  registration: {
    url: 'https://app.hubspot.com/developer',
    redirectUriField: 'Redirect URLs',
    clientIdField: 'Client ID',
    clientSecretField: 'Client secret',
    steps: ['Create app', 'Auth > Redirect URLs, and Scopes: every scope that is asked for'],
  },
  notes:
    'Disconnecting ends the refresh token; an access token lives on for up to 30 minutes, and the app stays installed until it is uninstalled in HubSpot.',
});
