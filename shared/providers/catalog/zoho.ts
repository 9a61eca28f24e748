import { defineProvider } from '../provider.ts';

/** Zoho Accounts: the callback names the data centre that has the person's account. */
export default defineProvider({
  id: 'zoho',
  name: 'Zoho',
  source: 'https://zoho.com/accounts/protocol/oauth/web-apps/authorization.html',
  checked: '2026-11-23',
  authorizationUrl: 'https://accounts.zoho.com/oauth/v2/auth',
  tokenUrl: '{accounts_server}/oauth/v2/token',
  // Not on Zoho's pages that could be read: django-allauth and SocialiteProviders agree on it.
  userInfoUrl: '{accounts_server}/oauth/user/info',
  kept: [
    {
      name: 'accounts_server',
      from: 'callback',
      path: 'accounts-server',
      hosts: [
        'accounts.zoho.com',
        'accounts.zoho.eu',
        'accounts.zoho.in',
        'accounts.zoho.com.au',
        'accounts.zoho.jp',
        'accounts.zohocloud.ca',
        'accounts.zoho.sa',
        'accounts.zoho.uk',
        'accounts.zoho.ae',
        'accounts.zoho.com.cn',
      ],
      default: 'https://accounts.zoho.com',
    },
    { name: 'api_domain', from: 'token_response', path: 'api_domain' },
  ],
  clientAuthentication: 'client_secret_post',
  pkce: false,
  // Without both, a second consent brings no refresh token.
  authorizationParameters: { access_type: 'offline', prompt: 'consent' },
  scopes: ['AaaServer.profile.READ'],
  scopeSeparator: ',',
  scopeDescriptions: {
    'AaaServer.profile.READ': 'Read your name and e-mail address',
    'ZohoCRM.modules.ALL': 'Read and change everything in Zoho CRM',
    'ZohoCRM.settings.READ': 'Read the settings of Zoho CRM',
    'ZohoCRM.users.READ': 'See the people in Zoho CRM',
    'ZohoBooks.fullaccess.all': 'Read and change everything in Zoho Books',
    'ZohoMail.messages.READ': 'Read your e-mail in Zoho Mail',
    'ZohoCalendar.event.ALL': 'Read and change events in Zoho Calendar',
    'ZohoProjects.portals.READ': 'See your portals in Zoho Projects',
    'Desk.tickets.READ': 'Read tickets in Zoho Desk',
    'WorkDrive.files.READ': 'Read your files in Zoho WorkDrive',
  },
  tokenResponse: {
    errors: {
      // Of a code and of a refresh token, with HTTP 200.
      invalid_code: 'invalid_grant',
      invalid_client_secret: 'invalid_client',
      'You have made too many requests continuously. Please try again after some time.':
        'temporarily_unavailable',
    },
  },
  account: 'ZUID',
  accountName: ['{First_Name} {Last_Name}', 'Display_Name'],
  accountEmail: 'Email',
  rotation: 'none',
  revocationUrl: '{accounts_server}/oauth/v2/token/revoke',
  revocationRequest: {
    format: 'query',
    authentication: null,
    success: { path: 'status', equals: 'success' },
    alreadyRevoked: [400],
  },
  registration: {
    url: 'https://api-console.zoho.com/',
    redirectUriField: 'Authorized Redirect URIs',
    clientIdField: 'Client ID',
    clientSecretField: 'Client Secret',
    steps: [
      'Add Client > Server-based Applications > Create',
      'Settings: switch the other data centres on, with "Use the same OAuth credentials for all data centers"',
    ],
  },
  notes:
    'An access token goes to the API as "Authorization: Zoho-oauthtoken", at "api_domain" of the connection. A refresh token brings at most 10 access tokens in 10 minutes, and a person\'s 21st refresh token ends the first.',
});
