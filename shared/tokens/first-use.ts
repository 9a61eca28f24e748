import { audit } from '../audit.ts';
import { epochSeconds } from '../clock.ts';
import type { CallerUses } from '../connections/caller-uses.ts';
import { describe } from '../incident.ts';
import type { Ports } from '../ports.ts';

export interface FirstUseDeps {
  uses: CallerUses;
  ports: Pick<Ports, 'now' | 'sleep' | 'log'>;
}

const NOTE_MILLISECONDS = 500;

/**
 * Audits that a caller has had a token of a provider for the first time: what nobody has configured it
 * for, or a thief. The token waits only a moment for the note, and is not lost with it.
 */
export async function noteUse(
  { uses, ports }: FirstUseDeps,
  caller: string,
  provider: string,
): Promise<void> {
  const noted = uses
    .isFirst(caller, provider, epochSeconds(ports))
    .then((isFirst) => {
      if (isFirst) audit(ports.log, { action: 'first_use', result: 'ok', caller, provider });
    })
    .catch((error) =>
      ports.log.warn('use of a provider not noted', { caller, provider, cause: describe(error) }),
    );
  await Promise.race([noted, ports.sleep(NOTE_MILLISECONDS)]);
}
