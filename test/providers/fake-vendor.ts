import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type { ProviderEntry } from '../../shared/providers/provider.ts';
import type { Answer, Grant, Received, VendorExchange, VendorFixture } from './fixture.ts';

interface Issued extends Grant {
  code: string;
  codeUsed: boolean;
  challenge: string | null;
  accessTokens: Set<string>;
  refreshTokens: Set<string>;
}

const URL_FIELDS = [
  'authorizationUrl',
  'tokenUrl',
  'refreshUrl',
  'userInfoUrl',
  'revocationUrl',
  'jwksUrl',
] as const;

// A pair takes a tenth of a second to make, and one serves all fakes of a process.
const keyPairs = new Map<string, ReturnType<typeof generateKeyPair>>();
const keyPair = (name: 'own' | 'another') => {
  const known = keyPairs.get(name) ?? generateKeyPair('RS256');
  keyPairs.set(name, known);
  return known;
};

/** One vendor on this machine: a port for each of its origins, and the memory of what it issued. */
export class FakeVendor {
  readonly fixture: VendorFixture;
  readonly #origins = new Map<string, { local: string; server: Server }>();
  readonly #grants: Issued[] = [];
  #signsWith: 'own' | 'another' = 'own';
  /** What the product keeps of the vendor's own addresses, which are this machine's then. */
  #kept: string[] = [];
  /** What the person at the consent page does. */
  decision: 'grant' | 'deny' = 'grant';
  /** The next answer of the token endpoint, whatever is asked; `cut`: it breaks off. */
  nextTokenAnswer: Answer | 'cut' | undefined;
  /** What user information, and a revocation, are answered with in place of the documented success. */
  userInfoAnswer: Answer | undefined;
  revocationAnswer: Answer | undefined;
  /** Changes to the claims of the next ID tokens. */
  claims: Record<string, unknown> = {};
  /** What did not fit the vendor's documentation. */
  readonly problems: string[] = [];
  readonly received: Received[] = [];

  constructor(fixture: VendorFixture) {
    this.fixture = fixture;
  }

  async start(t: Pick<TestContext, 'after'>): Promise<this> {
    const { authorization, token, refresh, userInfo, revocation, idToken } = this.fixture;
    const urls = [
      authorization.url,
      token.url,
      refresh?.url,
      this.fixture.exchange?.url,
      this.fixture.refreshExchange?.url,
      userInfo?.url,
      revocation?.url,
      idToken?.keysUrl,
    ].filter((url) => url !== undefined);
    for (const origin of new Set(urls.map((url) => new URL(url).origin))) {
      const server = createServer(
        (request, response) => void this.#serve(origin, request, response),
      );
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      this.#origins.set(origin, { local: `http://127.0.0.1:${port}`, server });
    }
    t.after(() => {
      for (const { server } of this.#origins.values()) server.closeAllConnections();
      for (const { server } of this.#origins.values()) server.close();
    });
    return this;
  }

  /** Where a URL of the vendor is served; an origin that the vendor's documentation lacks throws. */
  at(url: string): string {
    const { values = {} } = this.fixture;
    const [, template = '', rest = ''] = /^(https:\/\/[^/?#]*)(.*)$/s.exec(url) ?? [];
    const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
    const origin = template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
    const place = this.#origins.get(origin);
    if (place === undefined) throw new Error(`${this.fixture.id} documents nothing at ${origin}`);
    // A value of the host moves to the front of the path, so that the product still has to fill it in.
    const moved = names.length === 0 ? '' : `/_${names.map((name) => `/{${name}}`).join('')}`;
    return place.local + moved + rest;
  }

  /** The endpoints of an entry with this fake's origins: paths and queries stay the entry's own. */
  endpoints(entry: Partial<ProviderEntry>): Partial<ProviderEntry> {
    this.#kept = entry.kept?.map(({ path }) => path) ?? [];
    const at = (url: string) => (/^\{\w+\}/.test(url) ? url : this.at(url));
    const named = URL_FIELDS.filter((field) => entry[field] !== undefined);
    const exchanges = (['exchange', 'refreshExchange'] as const).flatMap((field) => {
      const exchange = entry[field];
      return exchange === undefined
        ? []
        : [[field, { ...exchange, url: at(exchange.url) }] as const];
    });
    return Object.fromEntries([...named.map((field) => [field, at(entry[field]!)]), ...exchanges]);
  }

  /** A member that the entry keeps, with this machine's address in place of the vendor's. */
  #told(name: string, value: unknown): unknown {
    if (typeof value !== 'string' || !this.#kept.includes(name)) return value;
    const [origin, place] =
      [...this.#origins].find(([vendor]) => new URL(value, vendor).origin === vendor) ?? [];
    return origin === undefined || !value.startsWith(origin)
      ? value
      : place!.local + value.slice(origin.length);
  }

  #toldBody(body: string): string {
    if (this.#kept.length === 0) return body;
    const members = Object.entries(JSON.parse(body) as Record<string, unknown>);
    return JSON.stringify(
      Object.fromEntries(members.map(([name, value]) => [name, this.#told(name, value)])),
    );
  }

  /** ID tokens are signed by a key that is not in the JWKS. */
  signWithAnotherKey(): void {
    this.#signsWith = 'another';
  }

  /** Whether the vendor still knows the token. */
  knows(token: string): boolean {
    return this.#grants.some(
      ({ accessTokens, refreshTokens }) => accessTokens.has(token) || refreshTokens.has(token),
    );
  }

  /** The person withdraws what she granted, at the vendor itself. */
  withdraw(): void {
    for (const { accessTokens, refreshTokens } of this.#grants) {
      accessTokens.clear();
      refreshTokens.clear();
    }
  }

  get lastGrant(): Grant {
    return this.#grants.at(-1)!;
  }

  async #serve(origin: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const { pathname, searchParams } = new URL(this.#withoutValues(incoming.url ?? '/'), origin);
    const request: Received = {
      method: incoming.method ?? '',
      url: origin + pathname,
      query: searchParams,
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    this.received.push(request);
    const answer = await this.#route(request).catch((error: unknown) => {
      this.problems.push(String(error));
      return { status: 500, headers: {}, body: '' };
    });
    if (answer === 'cut') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '4000' });
      response.write('{"access_token": "abc');
      setTimeout(() => response.destroy(), 20);
      return;
    }
    const isJson = String((answer.headers as Record<string, string>)['content-type']).startsWith(
      'application/json',
    );
    response
      .writeHead(answer.status, answer.headers)
      .end(isJson ? this.#toldBody(answer.body) : answer.body);
  }

  #withoutValues(url: string): string {
    if (!url.startsWith('/_/')) return url;
    const values = Object.values(this.fixture.values ?? {});
    const expected = `/_/${values.join('/')}`;
    if (!url.startsWith(expected)) this.problems.push(`another value in the address: ${url}`);
    return url
      .split('/')
      .slice(2 + values.length)
      .join('/')
      .replace(/^/, '/');
  }

  async #route(request: Received): Promise<Answer | 'cut'> {
    const { authorization, token, refresh, userInfo, revocation, idToken } = this.fixture;
    const is = (url: string | undefined, method: string) =>
      url !== undefined &&
      request.method === method &&
      request.url === url.split('?')[0]!.replace('{client_id}', this.fixture.client['client_id']!);
    if (is(authorization.url, 'GET')) return this.#authorize(request);
    if (is(token.url, 'POST') || is(refresh?.url, 'POST')) return this.#token(request);
    for (const each of [this.fixture.exchange, this.fixture.refreshExchange]) {
      if (is(each?.url, each?.method ?? '') && this.#isExchange(request, each!)) {
        return this.#trade(request, each!);
      }
    }
    if (is(userInfo?.url, userInfo?.method ?? '')) return this.#userInfo(request);
    if (is(revocation?.url, revocation?.method ?? '')) return this.#revoke(request);
    if (is(idToken?.keysUrl, 'GET')) {
      const key = await exportJWK((await keyPair('own')).publicKey);
      return jsonAnswer({ keys: [{ ...key, kid: 'vendor-key', alg: 'RS256', use: 'sig' }] });
    }
    return this.#refuse(`nothing is documented at ${request.method} ${request.url}`, notFound);
  }

  #refuse<T>(problem: string, answer: T): T {
    this.problems.push(problem);
    return answer;
  }

  // ---- authorization endpoint

  #authorize({ query }: Received): Answer {
    const { authorization, client } = this.fixture;
    const problem = this.#authorizationProblem(query);
    if (problem !== undefined) return this.#refuse(problem, badRequest);
    const state = query.get('state')!;
    if (this.decision === 'deny') return this.#back(query, authorization.denial!(state));
    const scopes =
      authorization.scope === 'none'
        ? []
        : (query.get(authorization.scope.parameter) ?? '').split(authorization.scope.separator);
    const grant: Issued = {
      code: token('code'),
      codeUsed: false,
      clientId: client['client_id']!,
      redirectUri: query.get('redirect_uri')!,
      challenge: query.get('code_challenge'),
      scopes: scopes.filter(Boolean),
      asked: query,
      accessToken: '',
      refreshToken: '',
      idToken: '',
      accessTokens: new Set(),
      refreshTokens: new Set(),
    };
    this.#grants.push(grant);
    const { sign = (parameters) => parameters } = authorization;
    return this.#back(query, sign(authorization.success(grant.code, state, grant)));
  }

  #authorizationProblem(query: URLSearchParams): string | undefined {
    const { authorization, client } = this.fixture;
    const { scope } = authorization;
    if (query.get(this.#clientIdName) !== client['client_id']) {
      return `authorization: unknown ${this.#clientIdName}`;
    }
    for (const name of ['redirect_uri', 'state']) {
      if (!query.get(name)) return `authorization: ${name} is missing`;
    }
    for (const [name, value] of Object.entries(authorization.required)) {
      if (query.get(name) !== value) return `authorization: ${name} must be ${value}`;
    }
    if (authorization.pkce === 'refused' && query.has('code_challenge')) {
      return 'authorization: PKCE is refused';
    }
    if (authorization.pkce !== 'refused' && query.get('code_challenge_method') !== 'S256') {
      return 'authorization: PKCE must be S256';
    }
    const asked = scope === 'none' ? '' : (query.get(scope.parameter) ?? '');
    if (scope === 'none' ? query.has('scope') : asked === '') return 'authorization: scope';
    if (/[ ,]/.test(asked.replaceAll(scope === 'none' ? '' : scope.separator, ''))) {
      return `authorization: scopes are not separated as documented: ${asked}`;
    }
    const unknown = [...query.keys()].find((name) => authorization.known?.includes(name) === false);
    return unknown === undefined ? undefined : `authorization: ${unknown} is not supported`;
  }

  #back(query: URLSearchParams, parameters: Record<string, string>): Answer {
    const target = new URL(query.get('redirect_uri')!);
    const told = Object.entries(parameters).map(
      ([name, value]) => [name, String(this.#told(name, value))] as const,
    );
    if (this.fixture.authorization.callback === 'form_post') {
      const inputs = told.map(
        ([name, value]) => `<input name="${name}" value="${escapeHtml(value)}">`,
      );
      const body = `<form method="post" action="${target.href}">${inputs.join('')}</form>`;
      return { status: 200, headers: { 'content-type': 'text/html' }, body };
    }
    for (const [name, value] of told) target.searchParams.set(name, value);
    return { status: 302, headers: { location: target.href }, body: '' };
  }

  // ---- token endpoint

  async #token(request: Received): Promise<Answer | 'cut'> {
    const { nextTokenAnswer } = this;
    this.nextTokenAnswer = undefined;
    if (nextTokenAnswer !== undefined) return nextTokenAnswer;
    const { token: endpoint } = this.fixture;
    const parameters = this.#parameters('token', request, endpoint.format);
    this.#requireHeaders('token', request, endpoint.headers);
    if (!(await this.#isClient('token', request, parameters, endpoint.clientAuthentication))) {
      return endpoint.badClient;
    }
    switch (this.#grantType(request, parameters)) {
      case 'authorization_code':
        return this.#exchange(request, parameters);
      case 'refresh_token':
        return this.#refresh(request, parameters);
      default:
        return this.#refuse('token: grant_type', endpoint.badCode);
    }
  }

  /** As the vendor tells it: by the parameter or, where it documents none, by what else is there. */
  #grantType({ url }: Received, parameters: URLSearchParams): string | null {
    const { token: endpoint, refresh } = this.fixture;
    const isRefresh = parameters.has('refresh_token') && url === (refresh?.url ?? endpoint.url);
    const without = isRefresh ? refresh?.withoutGrantType : endpoint.withoutGrantType;
    if (!without) return parameters.get('grant_type');
    if (parameters.has('grant_type')) this.problems.push('token: grant_type is not documented');
    return isRefresh ? 'refresh_token' : 'authorization_code';
  }

  async #exchange(request: Received, parameters: URLSearchParams): Promise<Answer> {
    const { token: endpoint, authorization } = this.fixture;
    const verifier = parameters.get('code_verifier');
    if (authorization.pkce === 'refused' && verifier !== null) {
      return this.#refuse('token: code_verifier is refused', endpoint.badVerifier ?? badRequest);
    }
    const grant = this.#grants.find(({ code }) => code === parameters.get('code'));
    if (grant === undefined || grant.codeUsed) return endpoint.badCode;
    grant.codeUsed = true;
    const redirectUri = endpoint.withoutRedirectUri ? null : grant.redirectUri;
    if (parameters.get('redirect_uri') !== redirectUri) {
      return this.#refuse('token: redirect_uri is not the one of the request', endpoint.badCode);
    }
    if (grant.challenge !== null && s256(verifier ?? '') !== grant.challenge) {
      return this.#refuse('token: code_verifier does not match', endpoint.badCode);
    }
    await this.#issue(grant, true);
    return endpoint.success(grant, request);
  }

  async #refresh(request: Received, parameters: URLSearchParams): Promise<Answer> {
    const { refresh, token: endpoint } = this.fixture;
    if (request.url !== (refresh?.url ?? endpoint.url))
      this.problems.push('refresh: wrong address');
    const sent = parameters.get('refresh_token') ?? '';
    const grant = this.#grants.find(({ refreshTokens }) => refreshTokens.has(sent));
    if (refresh === undefined) return this.#refuse('token: no refresh offered', endpoint.badCode);
    if (grant === undefined) return refresh.badToken;
    if (parameters.has('scope') && refresh.required?.['scope'] === undefined) {
      this.problems.push('token: scope in a refresh');
    }
    for (const [name, value] of Object.entries(refresh.required ?? {})) {
      if (parameters.get(name) !== value) this.problems.push(`refresh: ${name} must be ${value}`);
    }
    if (refresh.redirectUri && parameters.get('redirect_uri') !== grant.redirectUri) {
      this.problems.push('refresh: redirect_uri is not the one of the request');
    }
    const works = typeof refresh.grace === 'number' || refresh.grace === 'not_revoked';
    if (refresh.rotates && !works) grant.refreshTokens.delete(sent);
    await this.#issue(grant, refresh.rotates);
    return refresh.success(grant);
  }

  /** Two exchanges may have one address: their parameters tell them apart. */
  #isExchange(request: Received, { required }: VendorExchange): boolean {
    const { grant_type } = required;
    return grant_type === undefined || exchangeParameters(request).get('grant_type') === grant_type;
  }

  async #trade(request: Received, exchange: VendorExchange): Promise<Answer | 'cut'> {
    const { nextTokenAnswer } = this;
    this.nextTokenAnswer = undefined;
    if (nextTokenAnswer !== undefined) return nextTokenAnswer;
    const parameters = exchangeParameters(request);
    for (const [name, value] of Object.entries(exchange.required)) {
      if (parameters.get(name) !== value) this.problems.push(`exchange: ${name} must be ${value}`);
    }
    const known = [...Object.keys(exchange.required), exchange.token];
    const unknown = [...parameters.keys()].find((name) => !known.includes(name));
    if (unknown !== undefined) this.problems.push(`exchange: ${unknown} is not documented`);
    const sent = parameters.get(exchange.token) ?? '';
    const grant = this.#grants.find(({ accessTokens }) => accessTokens.has(sent));
    if (grant === undefined) return exchange.badToken;
    await this.#issue(grant, false);
    return exchange.success(grant);
  }

  async #issue(grant: Issued, withRefreshToken: boolean): Promise<void> {
    grant.accessToken = token('access');
    grant.accessTokens.add(grant.accessToken);
    if (withRefreshToken) {
      grant.refreshToken = token('refresh');
      grant.refreshTokens.add(grant.refreshToken);
    }
    const { idToken } = this.fixture;
    if (idToken === undefined) return;
    const now = Math.floor(Date.now() / 1_000);
    grant.idToken = await new SignJWT({
      iss: idToken.issuer,
      aud: grant.clientId,
      iat: now,
      exp: now + 3_600,
      ...idToken.claims(grant),
      ...this.claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'vendor-key' })
      .sign((await keyPair(this.#signsWith)).privateKey);
  }

  // ---- user information, revocation

  #userInfo(request: Received): Answer {
    const { url, headers, body, tokenOf = bearer, success, badToken } = this.fixture.userInfo!;
    this.#requireHeaders('user information', request, headers);
    for (const [name, value] of new URL(url).searchParams) {
      if (request.query.get(name) !== value) {
        return this.#refuse(`user information: ${name} must be ${value}`, badRequest);
      }
    }
    if (body !== undefined && !sameJson(request.body, body)) {
      this.problems.push(`user information: unexpected body ${request.body}`);
    }
    const posted = new URLSearchParams(request.body);
    for (const [name, value] of Object.entries(this.fixture.userInfo!.parameters ?? {})) {
      if (posted.get(name) !== value) this.problems.push(`user information: ${name}`);
    }
    const sent = tokenOf(request) ?? '';
    return this.#grants.some(({ accessTokens }) => accessTokens.has(sent))
      ? (this.userInfoAnswer ?? success)
      : badToken;
  }

  async #revoke(request: Received): Promise<Answer> {
    const { revocation } = this.fixture;
    const { authentication, format, takes, ends, token: parameter, tokenOf = bearer } = revocation!;
    this.#requireHeaders('revocation', request, revocation!.headers);
    const parameters =
      format === 'none' ? new URLSearchParams() : this.#parameters('revocation', request, format);
    const named = [...parameters.keys()].filter(
      (name) => authentication !== 'post' || ![this.#clientIdName, 'client_secret'].includes(name),
    );
    const unknown = named.find((name) => !revocation!.parameters.includes(name));
    if (unknown !== undefined) this.problems.push(`revocation: ${unknown} is not documented`);
    if (format === 'none' && request.body !== '') this.problems.push('revocation: has no body');
    if (authentication !== 'bearer' && authentication !== 'none') {
      if (!(await this.#isClient('revocation', request, parameters, authentication))) {
        return this.fixture.token.badClient;
      }
    } else if (authentication === 'none' && request.headers.authorization !== undefined) {
      this.problems.push('revocation: no authentication is documented');
    }
    const sent =
      parameter === null
        ? tokenOf(request)
        : typeof parameter === 'string'
          ? parameters.get(parameter)
          : (parameters.get(parameter.refresh_token) ?? parameters.get(parameter.access_token));
    const isRefreshToken = this.#grants.some(({ refreshTokens }) => refreshTokens.has(sent ?? ''));
    if (isRefreshToken && !takes.includes('refresh') && !revocation!.undocumented) {
      this.problems.push('revocation: refresh tokens are not taken');
    }
    const grant = this.#grants.find(
      ({ accessTokens, refreshTokens }) =>
        (takes.includes('access') && accessTokens.has(sent ?? '')) ||
        (takes.includes('refresh') && refreshTokens.has(sent ?? '')),
    );
    if (this.revocationAnswer !== undefined) return this.revocationAnswer;
    if (grant === undefined) return revocation!.gone;
    grant.accessTokens.delete(sent ?? '');
    grant.refreshTokens.delete(sent ?? '');
    if (ends !== 'token') {
      grant.accessTokens.clear();
      grant.refreshTokens.clear();
    }
    return revocation!.success;
  }

  // ---- what every endpoint looks at

  get #clientIdName(): string {
    return this.fixture.clientIdName ?? 'client_id';
  }

  #parameters(what: string, request: Received, format: 'form' | 'json' | 'query'): URLSearchParams {
    if (format === 'query') {
      if (request.body !== '') this.problems.push(`${what}: a body`);
      return request.query;
    }
    const type = request.headers['content-type'] ?? '';
    const expected = format === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
    if (!type.startsWith(expected)) this.problems.push(`${what}: content type ${type}`);
    if ([...request.query].length > 0) this.problems.push(`${what}: parameters in the address`);
    return new URLSearchParams(format === 'json' ? JSON.parse(request.body) : request.body);
  }

  #requireHeaders(
    what: string,
    { headers }: Received,
    required: Record<string, RegExp> = {},
  ): void {
    for (const [name, expected] of Object.entries(required)) {
      if (!expected.test(String(headers[name] ?? '')))
        this.problems.push(`${what}: header ${name}`);
    }
  }

  /** Exactly one way of proving the client: some vendors refuse both at once. */
  async #isClient(
    what: string,
    { headers }: Received,
    parameters: URLSearchParams,
    method: 'basic' | 'post' | 'secret_as_user',
  ): Promise<boolean> {
    const basic = /^Basic (.+)$/.exec(headers.authorization ?? '')?.[1];
    const inBody = parameters.has('client_secret') || parameters.has(this.#clientIdName);
    if (method !== 'post' ? basic === undefined || inBody : headers.authorization !== undefined) {
      return this.#refuse(`${what}: the client proves itself by ${method} alone`, false);
    }
    if (method === 'secret_as_user') {
      const pair = Buffer.from(basic!, 'base64').toString('utf8');
      return pair === `${this.fixture.client['client_secret']}:`;
    }
    const [id, secret] =
      method === 'basic'
        ? Buffer.from(basic!, 'base64').toString('utf8').split(/:(.*)/s).map(formDecode)
        : [parameters.get(this.#clientIdName) ?? '', parameters.get('client_secret') ?? ''];
    const { client, token: endpoint } = this.fixture;
    if (id !== client['client_id']) return false;
    return endpoint.isSecret === undefined
      ? secret === client['client_secret']
      : endpoint.isSecret(secret ?? '');
  }
}

const jsonAnswer = (body: unknown): Answer => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const notFound: Answer = {
  status: 404,
  headers: { 'content-type': 'text/plain' },
  body: 'Not Found',
};
const badRequest: Answer = {
  status: 400,
  headers: { 'content-type': 'text/plain' },
  body: 'Bad Request',
};

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
const token = (kind: string) => `${kind}-${randomBytes(12).toString('hex')}`;
const s256 = (verifier: string) => createHash('sha256').update(verifier).digest('base64url');
const bearer = ({ headers }: Received) =>
  /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
const sameJson = (text: string, expected: unknown) => {
  try {
    return isDeepStrictEqual(JSON.parse(text), expected);
  } catch {
    return false;
  }
};
const exchangeParameters = ({ method, query, body }: Received) =>
  method === 'GET' ? query : new URLSearchParams(body);
const formDecode = (text: string) => decodeURIComponent(text.replaceAll('+', ' '));
