import { defineProvider } from '../provider.ts';

/** Work, school and personal accounts, with Microsoft Graph. */
export default defineProvider({
  id: 'microsoft',
  name: 'Microsoft',
  source: 'https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow',
  checked: '2026-11-23',
  issuer: 'https://login.microsoftonline.com/common/v2.0',
  // Each tenant is an issuer of its own.
  idTokenIssuer: 'https://login.microsoftonline.com/{tid}/v2.0',
  authorizationUrl: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
  tokenUrl: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
  jwksUrl: 'https://login.microsoftonline.com/common/discovery/v2.0/keys',
  userInfoUrl: 'https://graph.microsoft.com/v1.0/me',
  clientAuthentication: 'client_secret_post',
  scopes: ['openid', 'profile', 'email', 'offline_access', 'User.Read'],
  scopeDescriptions: {
    openid: 'Sign in with your Microsoft account',
    profile: 'Read your name',
    email: 'Read your e-mail address',
    offline_access: 'Keep access while you are away',
    'User.Read': 'Read your profile',
    'Calendars.Read': 'Read your calendars',
    'Calendars.ReadWrite': 'Read and change your calendars',
    'Contacts.Read': 'Read your contacts',
    'Tasks.ReadWrite': 'Read and change your tasks',
    'Notes.Read': 'Read your OneNote notebooks',
    'Sites.Read.All': 'Read every SharePoint site that you can open',
    'Chat.Read': 'Read your chats',
  },
  tokenResponse: {
    scopePrefix: 'https://graph.microsoft.com/',
    // The person has to do something at Microsoft first.
    errors: { interaction_required: 'invalid_grant', consent_required: 'invalid_grant' },
  },
  account: 'id',
  accountName: ['displayName', 'userPrincipalName'],
  accountEmail: 'mail',
  rotation: 'rotates',
  refreshTokenIdleLifetime: 90 * 24 * 60 * 60,
  registration: {
    url: 'https://entra.microsoft.com/',
    redirectUriField: 'Redirect URI',
    clientIdField: 'Application (client) ID',
    clientSecretField: 'Value of the client secret (not the Secret ID)',
    steps: [
      'App registrations > New registration: accounts in any organizational directory and personal Microsoft accounts',
      'Authentication > Add a platform > Web > Redirect URI (a single-page application will not do)',
      'Certificates & secrets > New client secret; copy the Value, which is shown once',
      'API permissions: the scopes that are asked for',
    ],
  },
  notes:
    'An app of one tenant has the id of the tenant in place of "common" in authorizationUrl and tokenUrl. A client secret ends after 24 months at most. Some organizations want an administrator to consent first. Microsoft offers no revocation: people end it at https://myapps.microsoft.com, or in their Microsoft account.',
});
