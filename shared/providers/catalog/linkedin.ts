import { defineProvider } from '../provider.ts';

export default defineProvider({
  id: 'linkedin',
  name: 'LinkedIn',
  source:
    'https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow',
  checked: '2026-11-23',
  issuer: 'https://www.linkedin.com/oauth',
  authorizationUrl: 'https://www.linkedin.com/oauth/v2/authorization',
  tokenUrl: 'https://www.linkedin.com/oauth/v2/accessToken',
  userInfoUrl: 'https://api.linkedin.com/v2/userinfo',
  jwksUrl: 'https://www.linkedin.com/oauth/openid/jwks',
  clientAuthentication: 'client_secret_post',
  // A code_verifier is answered with invalid_client.
  pkce: false,
  // The ID token leaves the nonce out.
  idToken: 'without_nonce',
  scopes: ['openid', 'profile', 'email'],
  scopeDescriptions: {
    openid: 'Sign in with your LinkedIn account',
    profile: 'Read your name and picture',
    email: 'Read your e-mail address',
    w_member_social: 'Post, comment and react in your name',
  },
  tokenResponse: {
    scopeSeparator: ',',
    // Codes and refresh tokens that have ended are answered with invalid_request.
    errors: { invalid_request: 'invalid_grant' },
  },
  // Approved partners alone get a refresh token; it ends a year after the consent.
  rotation: 'none',
  consentLifetime: 31_536_000,
  registration: {
    url: 'https://www.linkedin.com/developers/apps',
    redirectUriField: 'Authorized redirect URLs for your app',
    clientIdField: 'Client ID',
    clientSecretField: 'Primary Client Secret',
    steps: [
      'Create app',
      'Products > Sign In with LinkedIn using OpenID Connect > Request access',
      'Auth > Authorized redirect URLs for your app',
    ],
  },
  notes:
    'LinkedIn offers no revocation: a member ends it under Settings > Data privacy > Permitted services.',
});
