import type { Provider } from '../../../shared/providers/provider.ts';

/** OpenID Connect Core section 5.4 and 11, in words. */
const STANDARD: Record<string, string> = {
  openid: 'Know who you are there',
  profile: 'See your name and picture',
  email: 'See your e-mail address',
  offline_access: 'Keep access while you are away',
};

/** Scopes as a person understands them; one without words stands as it is. */
export function scopeWords(provider: Provider, scopes: string[]): string[] {
  if (scopes.length === 0) return ['Read who you are there'];
  return scopes.map((scope) => provider.scopeDescriptions[scope] ?? STANDARD[scope] ?? scope);
}
