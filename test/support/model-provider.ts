import { ProviderUnavailable } from '../../shared/errors.ts';
import type { HttpRequest, HttpResponse } from '../../shared/ports.ts';

interface Grant {
  /** Refresh tokens by their place in the chain; the last is the newest. */
  chain: string[];
  /** The person has taken access away, or a used refresh token came again. */
  revoked: boolean;
  /** Refresh tokens that the client has revoked: each alone, as RFC 7009 allows. */
  dead: Set<string>;
  /** When each refresh token of the chain was used, in milliseconds. */
  usedAt: Map<string, number>;
}

export interface ModelProviderOptions {
  /** How long a used refresh token is answered with the newest pair again; 0: a second use ends the grant. */
  graceMilliseconds: number;
  now(): number;
}

/**
 * A provider with single-use refresh tokens: a second use after the grace window ends the whole grant,
 * as RFC 9700 section 4.14.2 asks for. Speaks form and JSON like a real one.
 */
export function makeModelProvider({ graceMilliseconds, now }: ModelProviderOptions) {
  const grants: Grant[] = [];
  let issued = 0;
  const provider = {
    /** `silent`: it does what it is asked, and its answer is lost. */
    state: 'up' as 'up' | 'down' | 'silent',
    /** Access tokens whose grant the client has revoked. */
    get revoked() {
      return grants.flatMap(({ dead }) =>
        [...dead].map((each) => each.replace('refresh', 'access')),
      );
    },
    newest: () => grants.at(-1)?.chain.at(-1),
    alive: (refreshToken: string) => {
      const grant = grants.find(({ chain }) => chain.includes(refreshToken));
      return (
        grant !== undefined &&
        !grant.revoked &&
        !grant.dead.has(refreshToken) &&
        grant.chain.at(-1) === refreshToken
      );
    },
    /** A person consents: a new grant, and its first pair. */
    consent(): { accessToken: string; refreshToken: string } {
      const grant: Grant = {
        chain: [],
        revoked: false,
        dead: new Set(),
        usedAt: new Map(),
      };
      grants.push(grant);
      return issue(grant);
    },
    /** The person takes access away at the provider. */
    withdraw() {
      for (const grant of grants) grant.revoked = true;
    },
    async http(request: HttpRequest): Promise<HttpResponse> {
      if (provider.state === 'down') return answer(503, {});
      const answered = provider.answer(request);
      if (provider.state === 'silent') throw new ProviderUnavailable('no answer');
      return answered;
    },
    answer(request: HttpRequest): HttpResponse {
      const form = new URLSearchParams(request.body);
      if (request.url.endsWith('/revoke')) {
        const token = form.get('token') ?? '';
        grants.find(({ chain }) => chain.includes(token))?.dead.add(token);
        return answer(200, {});
      }
      const used = form.get('refresh_token') ?? '';
      const grant = grants.find(({ chain }) => chain.includes(used));
      if (grant === undefined || grant.revoked || grant.dead.has(used))
        return answer(400, { error: 'invalid_grant' });
      const before = grant.usedAt.get(used);
      if (before !== undefined && now() - before >= graceMilliseconds) {
        grant.revoked = true;
        return answer(400, { error: 'invalid_grant' });
      }
      if (before === undefined) grant.usedAt.set(used, now());
      const { accessToken, refreshToken } = issue(grant);
      return answer(200, {
        access_token: accessToken,
        refresh_token: refreshToken,
        token_type: 'bearer',
        expires_in: 3_600,
      });
    },
  };
  function issue(grant: Grant) {
    const number = ++issued;
    const refreshToken = `refresh-${number}`;
    grant.chain.push(refreshToken);
    return { accessToken: `access-${number}`, refreshToken };
  }
  return provider;
}

function answer(status: number, body: object): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}
