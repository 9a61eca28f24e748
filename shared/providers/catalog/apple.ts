import { importPKCS8, SignJWT } from 'jose';
import { ConfigurationError } from '../../errors.ts';
import { Secret } from '../../secret.ts';
import { defineProvider, type ProviderClient, type UserInfoContext } from '../provider.ts';

const ISSUER = 'https://appleid.apple.com';
const SECRET_SECONDS = 5 * 60;

export default defineProvider({
  id: 'apple',
  name: 'Apple',
  source:
    'https://developer.apple.com/documentation/signinwithapple/incorporating-sign-in-with-apple-into-other-platforms',
  checked: '2026-11-23',
  issuer: ISSUER,
  authorizationUrl: 'https://appleid.apple.com/auth/authorize',
  tokenUrl: 'https://appleid.apple.com/auth/token',
  jwksUrl: 'https://appleid.apple.com/auth/keys',
  clientAuthentication: 'client_secret_post',
  pkce: false,
  // Apple insists on it as soon as a scope is asked for.
  responseMode: 'form_post',
  scopes: ['name', 'email'],
  scopeDescriptions: { name: 'Read your name', email: 'Read your e-mail address' },
  idToken: 'required',
  userInfoFrom: 'id_token',
  account: 'sub',
  accountName: 'name',
  accountEmail: 'email',
  // Listed by Apple for a person who has withdrawn the authorization.
  tokenResponse: { errors: { invalid_request: 'invalid_grant' } },
  rotation: 'none',
  revocationUrl: 'https://appleid.apple.com/auth/revoke',
  revocationScope: 'grant',
  clientFields: {
    team_id: 'the Team ID (Membership details)',
    key_id: 'the Key ID of the .p8 key',
  },
  registration: {
    url: 'https://developer.apple.com/account/resources/identifiers/list',
    redirectUriField: 'Return URLs',
    clientIdField: 'Identifier of the Services ID',
    clientSecretField: 'text of the .p8 key file',
    steps: [
      'Identifiers > + > App IDs, with the capability Sign In with Apple',
      'Identifiers > + > Services IDs; Sign In with Apple > Configure: Primary App ID, Domains and Return URLs (https, no localhost)',
      'Keys > + > Sign in with Apple; download the .p8 file, which is given once',
    ],
  },
  hooks: { clientSecret: signedSecret, userInfo: claimsAndName },
});

/** https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret */
async function signedSecret(client: ProviderClient, now: number): Promise<Secret> {
  const pem = client.clientSecret?.reveal().replaceAll('\\n', '\n') ?? '';
  const key = await importPKCS8(pem, 'ES256').catch(() => {
    throw new ConfigurationError('apple.client_secret', 'expected the text of the .p8 key file');
  });
  const issuedAt = Math.floor(now / 1_000);
  const jwt = await new SignJWT()
    .setProtectedHeader({ alg: 'ES256', kid: client.fields['key_id']! })
    .setIssuer(client.fields['team_id']!)
    .setSubject(client.clientId)
    .setAudience(ISSUER)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + SECRET_SECONDS)
    .sign(key);
  return new Secret(jwt);
}

/** The name is in no token: Apple posts it with the first callback, and never again. */
async function claimsAndName({ idTokenClaims, callback }: UserInfoContext): Promise<unknown> {
  const name = postedName(callback.get('user'));
  return { ...idTokenClaims, ...(name !== undefined && { name }) };
}

function postedName(user: string | null): string | undefined {
  try {
    const { name } = JSON.parse(user ?? '{}') as { name?: Record<string, unknown> };
    const parts = [name?.['firstName'], name?.['lastName']];
    return parts.filter((part) => typeof part === 'string' && part !== '').join(' ') || undefined;
  } catch {
    return undefined;
  }
}
