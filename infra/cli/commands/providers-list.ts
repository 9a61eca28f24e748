import type { Command } from 'commander';
import { catalog } from '../../../shared/providers/catalog.ts';
import type { Provider } from '../../../shared/providers/provider.ts';
import { resolveProvider } from '../../../shared/providers/resolve.ts';
import { secretName } from '../../../shared/secrets/secret-name.ts';
import { restoreCommand } from '../aws-errors.ts';
import { describeClientSecret } from '../client-secret.ts';
import { type Cli, type CommonOptions, makeCommand, onTarget } from '../command.ts';
import { CommandFailed } from '../errors.ts';
import type { Result } from '../output.ts';
import { formatTable } from '../table.ts';
import type { Target } from '../target.ts';

const EXAMPLES = [
  'providers list --local',
  'providers list --stack TokenCapture',
  'providers list --all',
  'providers list --all --json',
];

/** `providers list` */
export function providersList(cli: Cli): Command {
  return makeCommand(
    'list',
    'Lists the configured providers and whether the OAuth client of each is set.',
    { examples: EXAMPLES, usesProviders: true },
  )
    .option('--all', 'list every provider that the catalog knows; asks nobody')
    .action((options: CommonOptions & { all?: boolean }, command: Command) =>
      options.all ? cli.show(wholeCatalog(), options) : onTarget(cli, command, configuredProviders),
    );
}

/** Every entry of the catalog with its defaults filled in; hooks are code and left out. */
export function catalogData(): Omit<Provider, 'hooks'>[] {
  return Object.values(catalog).map((entry) => {
    const { hooks: _hooks, ...data } = resolveProvider(entry, catalog, `catalog.${entry.id}`);
    return data;
  });
}

function wholeCatalog(): Result {
  const providers = catalogData();
  return {
    json: providers,
    text: formatTable(
      ['ID', 'NAME', 'CLIENT AUTHENTICATION', 'PKCE', 'REFRESH', 'CHECKED', 'DEFAULT SCOPES'],
      providers.map((provider) => [
        provider.id,
        provider.name,
        provider.clientAuthentication,
        provider.pkce || 'no',
        provider.refresh ? 'yes' : 'no',
        provider.checked,
        provider.scopes.join(' '),
      ]),
    ),
    notes: [
      `${providers.length} providers; --json also gives endpoints, sources and all else. Use one: add its id to "providers" in cdk.json.`,
    ],
  };
}

interface ConfiguredProvider {
  id: string;
  name: string;
  /** `deleted`: it can still be restored; `missing`: the stack is not deployed with this provider. */
  secret: 'set' | 'not_set' | 'deleted' | 'missing';
  redirectUri: string | null;
}

const WORDS = { set: 'set', not_set: 'not set', deleted: 'deleted', missing: 'not deployed' };

async function configuredProviders(target: Target): Promise<Result> {
  const providers = await Promise.all(
    Object.values(target.providers()).map((provider) => describe(target, provider)),
  );
  return {
    json: providers,
    text: formatTable(
      ['ID', 'NAME', 'CLIENT', 'REDIRECT URI'],
      providers.map(({ id, name, secret, redirectUri }) => [id, name, WORDS[secret], redirectUri]),
    ),
    notes: nextSteps(target, providers),
  };
}

async function describe(target: Target, { id, name }: Provider): Promise<ConfiguredProvider> {
  try {
    const { isSet, isDeleted, redirectUri } = await describeClientSecret(target, id);
    const secret = isDeleted ? 'deleted' : isSet ? 'set' : 'not_set';
    return { id, name, secret, redirectUri };
  } catch (error) {
    if (!(error instanceof CommandFailed && error.type === 'ResourceNotFoundException'))
      throw error;
    return { id, name, secret: 'missing', redirectUri: null };
  }
}

function nextSteps(target: Target, providers: ConfiguredProvider[]): string[] {
  const unset = providers.find(({ secret }) => secret === 'not_set');
  const deleted = providers.find(({ secret }) => secret === 'deleted');
  const missing = providers.filter(({ secret }) => secret === 'missing').map(({ id }) => id);
  const notes: string[] = [];
  if (unset !== undefined) {
    notes.push(
      `Not set: register the redirect URI at the provider, then npx token-capture providers set ${unset.id} --client-id ID${target.flags}`,
    );
  }
  if (deleted !== undefined) {
    notes.push(`Deleted: ${restoreCommand(secretName(deleted.id, target.secretPrefix()))}`);
  }
  if (missing.length > 0) {
    notes.push(
      target.local
        ? `Not deployed: start again with npm start (${missing.join(', ')})`
        : `Not deployed: npx cdk deploy, or choose another account and region with AWS_PROFILE and AWS_REGION (${missing.join(', ')})`,
    );
  }
  return notes;
}
