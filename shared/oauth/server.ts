import type * as oauth from 'oauth4webapi';
import { ConfigurationError, InvalidProviderResponse } from '../errors.ts';
import type { HttpClient } from '../ports.ts';
import type { ClientAuthentication, Provider } from '../providers/provider.ts';
import { parseBody, requireAvailable } from './token-response.ts';

/** A provider's endpoints, from its entry and, where that leaves some open, its issuer's metadata. */
export interface Server {
  metadata: oauth.AuthorizationServer;
  authorizationUrl: string;
  tokenUrl: string;
  userInfoUrl: string | undefined;
  revocationUrl: string | undefined;
  /** Origin of the token endpoint; empty while a value in its host is not known. */
  tokenOrigin: string;
  clientAuthentication: ClientAuthentication;
}

export type Servers = (provider: Provider) => Promise<Server>;

const METADATA_MILLISECONDS = 60 * 60_000;

/** Resolves providers to their servers; metadata is read once an hour in a process. */
export function makeServers(http: HttpClient, now: () => number): Servers {
  const known = new Map<string, { metadata: oauth.AuthorizationServer; until: number }>();

  async function metadataOf(issuer: string): Promise<oauth.AuthorizationServer> {
    const cached = known.get(issuer);
    if (cached !== undefined && cached.until > now()) return cached.metadata;
    const metadata = await readMetadata(issuer, http);
    known.set(issuer, { metadata, until: now() + METADATA_MILLISECONDS });
    return metadata;
  }

  return async (provider) =>
    makeServer(provider, needsMetadata(provider) ? await metadataOf(provider.issuer!) : undefined);
}

function needsMetadata(provider: Provider): boolean {
  const endpoints = provider.authorizationUrl !== undefined && provider.tokenUrl !== undefined;
  const keys = provider.idToken === 'ignored' || provider.jwksUrl !== undefined;
  return provider.issuer !== undefined && !(endpoints && keys);
}

/** RFC 8414 section 3 and OpenID Connect Discovery: the one that is there, its issuer exactly the one asked for. */
async function readMetadata(issuer: string, http: HttpClient): Promise<oauth.AuthorizationServer> {
  const what = `metadata of ${issuer}`;
  const url = new URL(issuer);
  const path = url.pathname.replace(/\/$/, '');
  const candidates = [
    `${url.origin}${path}/.well-known/openid-configuration`,
    `${url.origin}/.well-known/oauth-authorization-server${path}`,
  ];
  for (const candidate of candidates) {
    const response = await http({ method: 'GET', url: candidate, headers: {} });
    requireAvailable(what, response);
    if (response.status !== 200) continue;
    const metadata = parseBody(what, response);
    if (metadata['issuer'] !== issuer) {
      throw new InvalidProviderResponse(`${what}: it names another issuer`);
    }
    return wellFormed(what, metadata);
  }
  throw new InvalidProviderResponse(`${what}: not found at ${candidates.join(' nor ')}`);
}

const URLS = [
  'authorization_endpoint',
  'token_endpoint',
  'userinfo_endpoint',
  'revocation_endpoint',
  'jwks_uri',
];
const LISTS = ['code_challenge_methods_supported', 'token_endpoint_auth_methods_supported'];

/** The members that are used, in the form that RFC 8414 gives them; `null` counts as left out. */
function wellFormed(what: string, metadata: Record<string, unknown>): oauth.AuthorizationServer {
  const found = Object.fromEntries(Object.entries(metadata).filter(([, value]) => value !== null));
  const fail = (name: string, expected: string) => {
    throw new InvalidProviderResponse(`${what}: expected ${expected} as ${name}`);
  };
  for (const name of URLS) {
    const value = found[name];
    if (value !== undefined && !(typeof value === 'string' && URL.canParse(value))) {
      fail(name, 'a URL');
    }
  }
  for (const name of LISTS) {
    if (found[name] !== undefined && !Array.isArray(found[name])) fail(name, 'a list');
  }
  return found as unknown as oauth.AuthorizationServer;
}

function makeServer(provider: Provider, found: oauth.AuthorizationServer | undefined): Server {
  const authorizationUrl = provider.authorizationUrl ?? found?.authorization_endpoint;
  const tokenUrl = provider.tokenUrl ?? found?.token_endpoint;
  if (authorizationUrl === undefined || tokenUrl === undefined) {
    throw new ConfigurationError(
      `providers.${provider.id}`,
      'expected authorizationUrl and tokenUrl, or an issuer whose metadata names them',
    );
  }
  const methods = challengeMethods(provider, found);
  if (provider.pkce !== false && methods !== undefined && !methods.includes(provider.pkce)) {
    throw new ConfigurationError(
      `providers.${provider.id}.pkce`,
      `the issuer's metadata does not list ${provider.pkce}`,
    );
  }
  const issuer = provider.issuer ?? URL.parse(authorizationUrl)?.origin ?? authorizationUrl;
  return {
    metadata: {
      ...found,
      issuer,
      authorization_endpoint: authorizationUrl,
      token_endpoint: tokenUrl,
      ...(provider.jwksUrl !== undefined && { jwks_uri: provider.jwksUrl }),
      ...(provider.issParameter !== undefined && {
        authorization_response_iss_parameter_supported: provider.issParameter,
      }),
    },
    authorizationUrl,
    tokenUrl,
    userInfoUrl: provider.userInfoUrl ?? found?.userinfo_endpoint,
    revocationUrl: provider.revocationUrl ?? found?.revocation_endpoint,
    tokenOrigin: URL.parse(tokenUrl)?.origin ?? '',
    clientAuthentication:
      provider.clientAuthentication ??
      clientAuthenticationOf(found?.token_endpoint_auth_methods_supported),
  };
}

/** RFC 8414 section 2: left out means that there is no PKCE. Many leave it out all the same. */
function challengeMethods(
  { pkceRequired }: Provider,
  found: oauth.AuthorizationServer | undefined,
): string[] | undefined {
  const listed = found?.code_challenge_methods_supported;
  return listed ?? (found !== undefined && pkceRequired ? [] : undefined);
}

function clientAuthenticationOf(supported: string[] | undefined): ClientAuthentication {
  // RFC 8414 section 2: left out means client_secret_basic.
  const known = ['client_secret_basic', 'client_secret_post', 'none'] as const;
  return known.find((method) => supported?.includes(method)) ?? 'client_secret_basic';
}
