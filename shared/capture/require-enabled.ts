import { Disabled } from '../errors.ts';
import type { SessionDeps } from './deps.ts';

/** Throws `Disabled` while everything, the owner or the provider is switched off. */
export async function requireEnabled(
  { controls }: Pick<SessionDeps, 'controls'>,
  owner: string,
  provider: string,
): Promise<void> {
  const control = (await controls.disabled(owner, [provider])).get(provider);
  if (control !== undefined) throw new Disabled(provider, control.reason);
}
