import type { Profile } from '../connections/connection.ts';
import { InvalidProviderResponse, ProviderRejected } from '../errors.ts';
import { isIdentity } from '../identity.ts';
import type { Provider, UserInfoRequest } from '../providers/provider.ts';
import { type ProviderContext, providerHeaders } from './client.ts';
import { authenticateClient } from './client-authentication.ts';
import { isObject, textOf } from './json.ts';
import type { TokenAnswer } from './token-endpoint.ts';
import { placeToken } from './token-place.ts';
import { parseBody, rejection, requireAvailable, succeeded } from './token-response.ts';

// A profile stands in a DynamoDB item of 400 KB at most, beside the tokens.
const USER_INFO_BYTES = 64 * 1024;

/**
 * Who the tokens belong to. Throws `ProviderUnavailable`, `ProviderRejected`, or
 * `InvalidProviderResponse` where there is no usable account id.
 */
export async function readProfile(
  context: ProviderContext,
  answer: TokenAnswer,
  callback: URLSearchParams,
): Promise<Profile> {
  const { provider } = context;
  const told = await userInformation(context, answer, callback);
  const info =
    namesInstance(provider) && isObject(told) ? { ...told, instance: context.instance } : told;
  const account = firstOf(info, provider.account);
  if (!isIdentity(account)) {
    throw new InvalidProviderResponse(
      `user information of ${provider.id}: expected an account id at "${[provider.account].flat().join('" or "')}"`,
    );
  }
  const name = firstOf(info, provider.accountName);
  const email = textOf(info, provider.accountEmail);
  const picture = textOf(info, provider.accountPicture);
  return {
    account,
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    ...(picture !== undefined && { picture }),
    ...(provider.userInfoFrom === 'user_info' &&
      JSON.stringify(told).length <= USER_INFO_BYTES && { userInfo: told }),
  };
}

const namesInstance = ({ account, accountName }: Provider) =>
  [account, accountName].flat().some((path) => path?.includes('instance.'));

function firstOf(info: unknown, paths: string | string[] | undefined): string | undefined {
  return [paths]
    .flat()
    .map((path) => textOf(info, path))
    .find((found) => found !== undefined);
}

async function userInformation(
  context: ProviderContext,
  answer: TokenAnswer,
  callback: URLSearchParams,
): Promise<unknown> {
  const { provider } = context;
  if (provider.hooks?.userInfo !== undefined) {
    return provider.hooks.userInfo({
      request: (url, options) => authorizedRequest(context, answer, url, options),
      accessToken: answer.accessToken,
      provider,
      tokenResponse: answer.body.reveal(),
      idTokenClaims: answer.idTokenClaims,
      callback,
      instance: context.instance,
    });
  }
  switch (provider.userInfoFrom) {
    case 'id_token':
      return answer.idTokenClaims;
    case 'token_response':
      return answer.body.reveal();
    case 'user_info':
      return requestUserInfo(context, answer);
  }
}

async function requestUserInfo(context: ProviderContext, answer: TokenAnswer): Promise<unknown> {
  const { provider, server } = context;
  const what = `user information of ${provider.id}`;
  if (server.userInfoUrl === undefined) {
    throw new InvalidProviderResponse(`${what}: the issuer's metadata names no userinfo_endpoint`);
  }
  const info = await authorizedRequest(context, answer, server.userInfoUrl, {
    method: provider.userInfoMethod,
    parameters: userInfoParameters(context),
    ...(provider.userInfoBody !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: provider.userInfoBody,
    }),
  });
  // OpenID Connect Core section 5.3.2: another subject's answer must not be used.
  const subject = answer.idTokenClaims?.['sub'];
  if (subject !== undefined && isObject(info) && 'sub' in info && info['sub'] !== subject) {
    throw new InvalidProviderResponse(`${what}: its sub is not the ID token's`);
  }
  return info;
}

interface OwnParameters {
  parameters?: Record<string, string>;
}

async function authorizedRequest(
  context: ProviderContext,
  answer: TokenAnswer,
  url: string,
  { method = 'GET', headers = {}, parameters = {}, body }: UserInfoRequest & OwnParameters = {},
): Promise<unknown> {
  const { provider, ports } = context;
  const what = `user information of ${provider.id}`;
  const token = placeToken(provider, answer.accessToken.reveal());
  const sent = withParameters({ ...parameters, ...token.parameters }, url, method, body);
  const response = await ports.http({
    method,
    ...sent,
    headers: {
      ...token.headers,
      ...(sent.body !== body && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...providerHeaders(context),
      ...headers,
    },
  });
  requireAvailable(what, response);
  if (response.status !== 200) {
    throw new ProviderRejected(what, 'unexpected_status', response.status);
  }
  const info = parseBody(what, response);
  if (!succeeded(info, provider.userInfoSuccess)) throw rejection(provider, what, info, response);
  return info;
}

/** What is posted beside the token, the client's proof included where the provider asks for one. */
function userInfoParameters({
  provider,
  client,
  clientSecret,
}: ProviderContext): Record<string, string> {
  const { userInfoParameters: own, userInfoClientAuthentication: method } = provider;
  return {
    ...own,
    ...(method !== undefined &&
      authenticateClient(method, client.clientId, clientSecret, provider.clientIdParameter)
        .parameters),
  };
}

/** A token that is a parameter stands in the posted form, else in the query. */
function withParameters(
  parameters: Record<string, string>,
  url: string,
  method: 'GET' | 'POST',
  body: string | undefined,
): { url: string; body?: string } {
  if (Object.keys(parameters).length === 0) return { url, ...(body !== undefined && { body }) };
  if (method === 'POST' && body === undefined) {
    return { url, body: new URLSearchParams(parameters).toString() };
  }
  const target = new URL(url);
  for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value);
  return { url: target.href, ...(body !== undefined && { body }) };
}
