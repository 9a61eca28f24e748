import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { ConfigurationError, ProviderNotConfigured } from '../../../shared/errors.ts';
import { withProvider } from '../../../shared/oauth/client.ts';
import { exchangeCode } from '../../../shared/oauth/token-endpoint.ts';
import { defaultInstance } from '../../../shared/providers/instance.ts';
import type { Provider } from '../../../shared/providers/provider.ts';
import { makeClientSecrets } from '../../../shared/secrets/client-secrets.ts';
import { askAws } from '../aws-errors.ts';
import { describeClientSecret } from '../client-secret.ts';
import { type ClientVerdict, clientVerdict } from '../client-verdict.ts';
import { type Cli, makeCommand, onTarget } from '../command.ts';
import { CommandFailed } from '../errors.ts';
import type { Result } from '../output.ts';
import { providerAccess } from '../provider-access.ts';
import { requireProvider, type Target } from '../target.ts';

/** `providers check` */
export function providersCheck(cli: Cli): Command {
  return makeCommand('check', 'Tells whether a provider accepts the stored client.', {
    details:
      'Its token endpoint is asked, from this machine, with a code that cannot be valid; nobody is connected by it. Exit status 0: accepted; 1: refused, or it cannot be told.',
    examples: [
      'providers check github --local',
      'providers check github --stack TokenCapture --json',
    ],
    usesProviders: true,
  })
    .argument('<id>', 'id of a configured provider')
    .action((id: string, _options: unknown, command: Command) =>
      onTarget(cli, command, (target) => checkClient(target, id)),
    );
}

async function checkClient(target: Target, id: string): Promise<Result> {
  const provider = requireProvider(target, id);
  const { isSet, redirectUri } = await describeClientSecret(target, id);
  if (!isSet) throw notSet(target, id);
  const verdict = await ask(target, provider, redirectUri);
  const json = { provider: id, ...verdict };
  const text = `${id}: ${verdict.message}`;
  if (verdict.client === 'accepted') return { json, text };
  const advice =
    verdict.client === 'refused'
      ? `; set the right one with npx token-capture providers set ${id} --client-id ID${target.flags}`
      : '';
  throw new CommandFailed(`${text}${advice}`, { type: `client_${verdict.client}`, answer: json });
}

async function ask(
  target: Target,
  provider: Provider,
  redirectUri: string | null,
): Promise<ClientVerdict> {
  const { ports, servers } = providerAccess(target);
  const secrets = {
    ...makeClientSecrets(ports, target.secrets, target.secretPrefix()),
    // The verdict is on the current version.
    previous: async () => undefined,
  };
  const state = randomBytes(32).toString('base64url');
  try {
    await askAws(target, { kind: 'secret', name: secrets.nameOf(provider.id) }, () =>
      withProvider(
        { ports, servers, secrets },
        provider,
        (context) =>
          exchangeCode(context, {
            callback: new URLSearchParams({
              code: `check-${randomBytes(16).toString('hex')}`,
              state,
              iss: context.server.metadata.issuer,
            }),
            state,
            redirectUri: redirectUri ?? `https://localhost/${provider.id}/callback`,
            codeVerifier: randomBytes(32).toString('base64url'),
            nonce: state,
          }),
        { instance: defaultInstance(provider) },
      ),
    );
    return clientVerdict(undefined);
  } catch (error) {
    if (error instanceof CommandFailed) throw error;
    if (error instanceof ProviderNotConfigured) throw notSet(target, provider.id);
    if (error instanceof ConfigurationError) {
      throw new CommandFailed(error.message, { type: error.code });
    }
    return clientVerdict(error);
  }
}

function notSet(target: Target, id: string): CommandFailed {
  return new CommandFailed(
    `the client of ${id} is not set: npx token-capture providers set ${id} --client-id ID${target.flags}`,
    { type: 'provider_not_configured' },
  );
}
