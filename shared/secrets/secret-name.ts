/** The name in Secrets Manager of a provider's client. */
export function secretName(provider: string): string {
  return `oauth2-token-capture/${provider}`;
}
