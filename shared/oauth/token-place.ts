import type { Provider } from '../providers/provider.ts';

/** The header or the parameter by which an access token is shown to the provider's API. */
export function placeToken(
  { userInfoAuthorization: place = 'Bearer' }: Pick<Provider, 'userInfoAuthorization'>,
  accessToken: string,
): { headers: Record<string, string>; parameters: Record<string, string> } {
  if (typeof place === 'string') {
    return { headers: { authorization: `${place} ${accessToken}` }, parameters: {} };
  }
  return 'header' in place
    ? { headers: { [place.header]: accessToken }, parameters: {} }
    : { headers: {}, parameters: { [place.parameter]: accessToken } };
}
