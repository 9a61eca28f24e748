/** What the names of the secrets begin with, where nothing else is said. */
export const SECRET_PREFIX = 'oauth2-token-capture';

/** The name in Secrets Manager of a provider's client. */
export function secretName(provider: string, prefix = SECRET_PREFIX): string {
  return `${prefix}/${provider}`;
}
