import { randomBytes } from 'node:crypto';
import type { Tokens } from '../../shared/connections/connection.ts';
import { authorizationRequestUrl } from '../../shared/oauth/authorization-request.ts';
import { valuesOfCallback, valuesOfTokens, verifyCallback } from '../../shared/oauth/callback.ts';
import { type ProviderDeps, withProvider } from '../../shared/oauth/client.ts';
import { makeHttpClient } from '../../shared/oauth/http-client.ts';
import { renewTokens } from '../../shared/oauth/renewal.ts';
import { revokeTokens } from '../../shared/oauth/revocation.ts';
import { makeServers } from '../../shared/oauth/server.ts';
import {
  exchangeCode,
  refreshTokens,
  type TokenAnswer,
} from '../../shared/oauth/token-endpoint.ts';
import { readProfile } from '../../shared/oauth/user-info.ts';
import type { Ports } from '../../shared/ports.ts';
import { fillIn, type Instance } from '../../shared/providers/instance.ts';
import type { Provider } from '../../shared/providers/provider.ts';
import { Secret } from '../../shared/secret.ts';
import { parseClient } from '../../shared/secrets/client-secrets.ts';
import { secretName } from '../../shared/secrets/secret-name.ts';

import type { FakeVendor } from './fake-vendor.ts';

/** Takes the browser's part: from the authorization URL to the parameters of the callback. */
export type Browser = (authorizationUrl: URL) => Promise<URLSearchParams>;

/** The protocol's steps against one provider, as the flow takes them. */
export class Capture {
  readonly redirectUri: string;
  readonly logged: string[] = [];
  readonly provider: Provider;
  /** What the provider's secret holds; `next`: what it holds once it is read again. */
  readonly client: { stored: Record<string, string>; next?: Record<string, string> };
  readonly deps: ProviderDeps;
  authorizationUrl: URL | undefined;

  /** The connection's own values. */
  instance: Instance = {};
  readonly #at: (url: string) => string;

  /** `fake`: the vendor on this machine, at its own addresses. */
  constructor(provider: Provider, stored: Record<string, string>, fake?: FakeVendor) {
    this.provider = provider;
    this.#at = (url) => fake?.at(url) ?? url;
    this.instance = { ...fake?.fixture.values };
    this.redirectUri = `https://connect.example.com/${provider.id}/callback`;
    this.client = { stored };
    const log = (message: string, fields?: object) =>
      void this.logged.push(JSON.stringify([message, fields]));
    const http = makeHttpClient(true);
    const ports: Ports = {
      sleep: async () => {},
      now: () => Date.now(),
      random: (bytes) => randomBytes(bytes),
      http: async (request) => http({ ...request, url: this.#at(request.url) }),
      log: { info: log, warn: log, error: log },
    };
    this.deps = {
      ports,
      servers: makeServers(ports.http, ports.now),
      secrets: {
        get: async () => parseClient(provider.id, JSON.stringify(this.client.stored)),
        refresh: async () =>
          parseClient(provider.id, JSON.stringify(this.client.next ?? this.client.stored)),
        previous: async () => undefined,
        nameOf: secretName,
      },
    };
  }

  /** From the authorization request to tokens; `alter` is what happens to the callback on its way. */
  async tokens(
    browser: Browser,
    alter = (callback: URLSearchParams) => callback,
    scopes = this.provider.scopes,
  ) {
    const there = fillIn(this.provider, this.instance);
    const server = await this.deps.servers(there);
    const request = {
      state: 'state-of-this-request',
      codeVerifier: randomBytes(32).toString('base64url'),
      nonce: randomBytes(32).toString('base64url'),
    };
    this.authorizationUrl = authorizationRequestUrl(there, server, {
      ...request,
      clientId: (await this.deps.secrets.get(this.provider.id)).clientId,
      redirectUri: this.redirectUri,
      scopes,
    });
    const callback = alter(await browser(new URL(this.#at(this.authorizationUrl.href))));
    const { redirectUri } = this;
    const given = this.instance;
    const exchange = async () => {
      const instance = { ...given, ...valuesOfCallback(this.provider, callback, false) };
      const answer = await withProvider(
        this.deps,
        this.provider,
        async (context) => {
          await verifyCallback(context, callback);
          return exchangeCode(context, { callback, redirectUri, ...request });
        },
        { instance },
      );
      const told = valuesOfTokens(this.provider, answer.body.reveal(), false);
      this.instance = { ...instance, ...told };
      return answer;
    };
    return { answer: await exchange(), callback, exchange };
  }

  profile(answer: TokenAnswer, callback: URLSearchParams) {
    return withProvider(
      this.deps,
      this.provider,
      (context) => readProfile(context, answer, callback),
      this,
    );
  }

  renew(answer: TokenAnswer) {
    return withProvider(
      this.deps,
      this.provider,
      (context) => renewTokens(context, storable(answer)),
      this,
    );
  }

  refresh(refreshToken: Secret) {
    return withProvider(
      this.deps,
      this.provider,
      (context) => refreshTokens(context, refreshToken, this.redirectUri),
      this,
    );
  }

  revoke(answer: TokenAnswer) {
    return withProvider(
      this.deps,
      this.provider,
      (context) => revokeTokens(context, storable(answer)),
      this,
    );
  }
}

export const storable = ({ accessToken, tokenType, refreshToken }: TokenAnswer): Tokens => ({
  accessToken: accessToken.reveal(),
  tokenType,
  ...(refreshToken !== undefined && { refreshToken: refreshToken.reveal() }),
});

export const withToken = (answer: TokenAnswer, accessToken: string): TokenAnswer => ({
  ...answer,
  accessToken: new Secret(accessToken),
});

/** A browser whose person has decided already: a redirect, or a form that submits itself. */
export const decidedBrowser: Browser = async (authorizationUrl) => {
  const response = await fetch(authorizationUrl, { redirect: 'manual' });
  const location = response.headers.get('location');
  if (location !== null) return new URL(location).searchParams;
  const page = await response.text();
  const inputs = [...page.matchAll(/<input name="([^"]+)" value="([^"]*)">/g)];
  if (inputs.length === 0) throw new Error(`no way back (HTTP ${response.status}): ${page}`);
  return new URLSearchParams(
    inputs.map(([, name, value]): [string, string] => [name!, unescapeHtml(value!)]),
  );
};

const unescapeHtml = (text: string) =>
  text.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
