import type { Command } from 'commander';
import { CaptureError } from '../../../shared/errors.ts';
import { tokenOriginOf } from '../../../shared/providers/instance.ts';
import type { Provider } from '../../../shared/providers/provider.ts';
import { secretName } from '../../../shared/secrets/secret-name.ts';
import { parseFields } from '../client-fields.ts';
import { describeClientSecret, putClientSecret } from '../client-secret.ts';
import { type Cli, type CommonOptions, collect, makeCommand, onTarget } from '../command.ts';
import { WrongUsage } from '../errors.ts';
import type { Result, Terminal } from '../output.ts';
import { providerAccess } from '../provider-access.ts';
import { readSecret } from '../secret-input.ts';
import { requireProvider, type Target } from '../target.ts';

const EXAMPLES = [
  'providers set github --client-id Ov23abc --local',
  'providers set github --client-id Ov23abc --client-secret-stdin < secret.txt',
  'providers set google --client-id 1.apps.googleusercontent.com --scope "openid email"',
  'providers set apple --client-id com.example.web --field team_id=A1B2C3D4E5 --field key_id=F6G7H8I9J0 --client-secret-stdin < AuthKey.p8',
];

interface Options extends CommonOptions {
  clientId: string;
  clientSecretStdin?: boolean;
  scope?: string;
  field?: string[];
}

/** `providers set` */
export function providersSet(cli: Cli): Command {
  return makeCommand('set', 'Stores the OAuth client that you registered at a provider.', {
    details:
      'The secret is asked for without echo, or read from standard input; it is never an argument. What was stored before is replaced as a whole.',
    examples: EXAMPLES,
    usesProviders: true,
  })
    .argument('<id>', 'id of a configured provider')
    .requiredOption('--client-id <id>', 'client id, as the provider shows it (required)')
    .option('--client-secret-stdin', 'read the client secret from standard input')
    .option('--scope <scopes>', "ask for these scopes instead of the provider's default ones")
    .option('--field <name=value>', 'one more value that this provider needs; repeatable', collect)
    .action((id: string, options: Options, command: Command) =>
      onTarget(cli, command, (target) => setClient(cli.terminal, target, id, options)),
    );
}

async function setClient(
  terminal: Terminal,
  target: Target,
  id: string,
  options: Options,
): Promise<Result> {
  if (options.clientId.trim() === '') throw new WrongUsage('--client-id: expected a client id');
  const provider = requireProvider(target, id);
  const fields = parseFields(provider, options.field ?? []);
  // Asked first: nobody should type a secret for which there is no place.
  const { redirectUri } = await describeClientSecret(target, id);
  const { tokenOrigin, authentication, warnings } = await tokenEndpoint(target, provider);
  const wanted = authentication !== 'none' || options.clientSecretStdin === true;
  const clientSecret = wanted
    ? await readSecret(terminal, promptFor(provider), options.clientSecretStdin === true)
    : undefined;
  await putClientSecret(target, id, {
    clientId: options.clientId.trim(),
    clientSecret,
    scope: options.scope?.trim() || undefined,
    tokenOrigin,
    fields,
  });
  return {
    json: {
      provider: id,
      secret: secretName(id, target.secretPrefix()),
      tokenOrigin: tokenOrigin ?? null,
      redirectUri,
    },
    text: `The client of ${provider.name} is set.`,
    notes: [
      ...warnings,
      ...(redirectUri === null ? [] : [`Redirect URI to register there: ${redirectUri}`]),
      `Functions that run already see it within 5 minutes. Check it: npx token-capture providers check ${id}${target.flags}`,
    ],
  };
}

function promptFor({ name, registration }: Provider): string {
  const there = registration ? ` ("${registration.clientSecretField}")` : '';
  return `Client secret of ${name}${there}, not shown: `;
}

/** The host that the secret may be sent to is stored with it, so that no later configuration sends it elsewhere. */
async function tokenEndpoint(target: Target, provider: Provider) {
  const { tokenUrl, clientAuthentication } = provider;
  if (tokenUrl !== undefined && (clientAuthentication !== undefined || !provider.issuer)) {
    return {
      tokenOrigin: tokenOriginOf(provider),
      authentication: clientAuthentication,
      warnings: [],
    };
  }
  try {
    const server = await providerAccess(target).servers(provider);
    return {
      tokenOrigin: tokenOriginOf(provider) ?? server.tokenOrigin,
      authentication: server.clientAuthentication,
      warnings: [],
    };
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return {
      tokenOrigin: tokenOriginOf(provider),
      authentication: clientAuthentication,
      warnings: [
        `Warning: ${error.message}. The secret is stored${tokenUrl === undefined ? ' without the host that it is for' : ''}; run this again once the provider answers.`,
      ],
    };
  }
}
