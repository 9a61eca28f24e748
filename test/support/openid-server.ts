import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { ProviderEntry } from '../../shared/providers/provider.ts';

/** What the provider says otherwise than it should; members of `undefined` are left out. A test changes it as it goes. */
export interface Misbehaviour {
  /** By the issuer's name: what is read of it once in a process cannot change later. */
  metadata: Record<string, Record<string, unknown>>;
  claims: Record<string, unknown>;
  header: Record<string, unknown>;
  tokenResponse: Record<string, unknown>;
  userInfo: Record<string, unknown>;
  /** Makes the ID token in the provider's place. */
  sign?: (claims: Record<string, unknown>, keys: SigningKeys) => string | Promise<string>;
  /** Answers in the provider's place, by the last step of the path: `token`, `jwks`, ... */
  answers: Record<string, RequestListener>;
}

export interface SigningKeys {
  /** The published one. */
  own: { privateKey: CryptoKey; publicKey: CryptoKey };
  another: { privateKey: CryptoKey; publicKey: CryptoKey };
}

export interface OpenIdServer {
  origin: string;
  misbehaviour: Misbehaviour;
  /** What was asked for, in order. */
  requests: { path: string; headers: IncomingMessage['headers']; form: URLSearchParams }[];
  /** Behaves again, and forgets what was asked for; metadata stays. */
  reset(): void;
  /** An entry of the configuration for the issuer of this name. */
  entry(id: string, more?: Partial<ProviderEntry>): ProviderEntry;
  close(): Promise<void>;
}

export const CLIENT_ID = 'openid-client';
export const ACCESS_TOKEN = 'openid-access-canary';
export const REFRESH_TOKEN = 'openid-refresh-canary';

/**
 * An OpenID Provider on loopback that lies as it is told to: an issuer for each name, `<origin>/<name>`.
 * Nobody signs in: tests make the callback, whose `code` is the nonce that the ID token will have.
 */
export async function startOpenIdServer(): Promise<OpenIdServer> {
  const keys: SigningKeys = {
    own: await generateKeyPair('RS256'),
    another: await generateKeyPair('RS256'),
  };
  const misbehaviour: Misbehaviour = { metadata: {}, ...behaving() };
  const requests: OpenIdServer['requests'] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const path = request.url ?? '';
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    requests.push({ path, headers: request.headers, form });
    const [, name = '', ...steps] = path.split('/');
    const step = steps.at(-1) ?? '';
    const answer = misbehaviour.answers[step];
    if (answer !== undefined) return answer(request, response);
    const body = await bodyOf(name, step, form);
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function bodyOf(name: string, step: string, form: URLSearchParams): Promise<unknown> {
    const issuer = `${origin}/${name}`;
    switch (step) {
      case 'openid-configuration':
        return { ...metadataOf(issuer), ...misbehaviour.metadata[name] };
      case 'jwks': {
        const key = await exportJWK(keys.own.publicKey);
        return { keys: [{ ...key, kid: 'own', alg: 'RS256', use: 'sig' }] };
      }
      case 'token':
        return {
          access_token: ACCESS_TOKEN,
          refresh_token: REFRESH_TOKEN,
          token_type: 'Bearer',
          expires_in: 3600,
          id_token: await idToken(issuer, form.get('code')),
          ...misbehaviour.tokenResponse,
        };
      case 'userinfo':
        return { sub: 'ada', name: 'Ada', ...misbehaviour.userInfo };
      case 'revoke':
        return {};
      default:
        return undefined;
    }
  }

  async function idToken(issuer: string, nonce: string | null): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      iss: issuer,
      sub: 'ada',
      aud: CLIENT_ID,
      iat: now,
      exp: now + 600,
      ...(nonce !== null && { nonce }),
      ...misbehaviour.claims,
    };
    if (misbehaviour.sign !== undefined) return misbehaviour.sign(claims, keys);
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'own', ...misbehaviour.header })
      .sign(keys.own.privateKey);
  }

  return {
    origin,
    misbehaviour,
    requests,
    reset() {
      delete misbehaviour.sign;
      Object.assign(misbehaviour, behaving());
      requests.length = 0;
    },
    entry: (id, more = {}) => ({
      id,
      name: id,
      issuer: `${origin}/${id}`,
      scopes: ['openid', 'offline_access'],
      ...more,
    }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

const behaving = () => ({ claims: {}, header: {}, tokenResponse: {}, userInfo: {}, answers: {} });

function metadataOf(issuer: string): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/jwks`,
    userinfo_endpoint: `${issuer}/userinfo`,
    revocation_endpoint: `${issuer}/revoke`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
  };
}
