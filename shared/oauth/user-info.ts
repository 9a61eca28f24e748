import type { Profile } from '../connections/connection.ts';
import { InvalidProviderResponse, ProviderRejected } from '../errors.ts';
import { isIdentity } from '../identity.ts';
import type { ProviderContext } from './client.ts';
import { isObject, textAt } from './json.ts';
import type { TokenAnswer } from './token-endpoint.ts';
import { parseBody, requireAvailable, succeeded } from './token-response.ts';

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
  const info = await userInformation(context, answer, callback);
  const account = textAt(info, provider.account);
  if (!isIdentity(account)) {
    throw new InvalidProviderResponse(
      `user information of ${provider.id}: expected an account id at "${provider.account}"`,
    );
  }
  const name = textAt(info, provider.accountName);
  const email = textAt(info, provider.accountEmail);
  const picture = textAt(info, provider.accountPicture);
  return {
    account,
    ...(name !== undefined && { name }),
    ...(email !== undefined && { email }),
    ...(picture !== undefined && { picture }),
    ...(provider.userInfoFrom === 'user_info' &&
      JSON.stringify(info).length <= USER_INFO_BYTES && { userInfo: info }),
  };
}

async function userInformation(
  context: ProviderContext,
  answer: TokenAnswer,
  callback: URLSearchParams,
): Promise<unknown> {
  const { provider, ports } = context;
  if (provider.hooks?.userInfo !== undefined) {
    return provider.hooks.userInfo({
      http: ports.http,
      accessToken: answer.accessToken,
      provider,
      tokenResponse: answer.body,
      idTokenClaims: answer.idTokenClaims,
      callback,
    });
  }
  switch (provider.userInfoFrom) {
    case 'id_token':
      return answer.idTokenClaims;
    case 'token_response':
      return answer.body;
    case 'user_info':
      return requestUserInfo(context, answer);
  }
}

async function requestUserInfo(context: ProviderContext, answer: TokenAnswer): Promise<unknown> {
  const { provider, server, ports } = context;
  const what = `user information of ${provider.id}`;
  if (server.userInfoUrl === undefined) {
    throw new InvalidProviderResponse(`${what}: the issuer's metadata names no userinfo_endpoint`);
  }
  const response = await ports.http({
    method: provider.userInfoMethod,
    url: server.userInfoUrl,
    headers: { authorization: `Bearer ${answer.accessToken.reveal()}`, ...provider.headers },
  });
  requireAvailable(what, response);
  if (response.status !== 200) {
    throw new ProviderRejected(what, 'unexpected_status', response.status);
  }
  const info = parseBody(what, response);
  if (!succeeded(info, provider.userInfoSuccess)) {
    throw new ProviderRejected(what, textAt(info, 'error') ?? 'unknown_error', response.status);
  }
  // OpenID Connect Core section 5.3.2: another subject's answer must not be used.
  const subject = answer.idTokenClaims?.['sub'];
  if (subject !== undefined && isObject(info) && 'sub' in info && info['sub'] !== subject) {
    throw new InvalidProviderResponse(`${what}: its sub is not the ID token's`);
  }
  return info;
}
