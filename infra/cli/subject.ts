import type { Command } from 'commander';
import type { ConnectionKey } from '../../shared/connections/connection.ts';
import { CommandFailed, WrongUsage } from './errors.ts';
import { listConnections } from './list-connections.ts';
import { requireProvider, type Target } from './target.ts';

/** What is switched off or on. */
export type Subject =
  | { kind: 'all' }
  | { kind: 'owner'; owner: string }
  | { kind: 'provider'; provider: string }
  | ({ kind: 'connection' } & ConnectionKey);

export interface SubjectOptions {
  owner?: string;
  provider?: string;
  account?: string;
  all?: boolean;
}

/** The options that say what is meant. */
export function subjectOptions(command: Command): Command {
  return command
    .option('--owner <owner>', 'all connections of this owner; with --provider one of them')
    .option('--provider <id>', 'all connections at this provider')
    .option('--account <account>', 'which account, where the owner has several there')
    .option('--all', 'everything');
}

/** Reads them. Throws `WrongUsage`, and `CommandFailed` where no such connection or provider is there. */
export async function subjectOf(target: Target, options: SubjectOptions): Promise<Subject> {
  const { owner, provider, account, all } = options;
  if (all ? owner !== undefined || provider !== undefined : !(owner ?? provider)) {
    throw new WrongUsage('name --owner, --provider, both for one connection, or --all alone');
  }
  if (account !== undefined && (owner === undefined || provider === undefined)) {
    throw new WrongUsage('--account is one of an owner at a provider: add --owner and --provider');
  }
  if (all) return { kind: 'all' };
  if (provider !== undefined) requireProvider(target, provider);
  if (owner === undefined) return { kind: 'provider', provider: provider! };
  if (provider === undefined) return { kind: 'owner', owner };
  return {
    kind: 'connection',
    owner,
    provider,
    account: account ?? (await onlyAccount(target, owner, provider)),
  };
}

async function onlyAccount(target: Target, owner: string, provider: string): Promise<string> {
  const [first, ...others] = await listConnections(target, { owner, provider });
  if (first === undefined) throw noConnection(provider);
  if (others.length === 0) return first.account;
  const accounts = [first, ...others].map((each) => each.account);
  throw new CommandFailed(
    `this owner has ${accounts.length} accounts at ${provider}, one of which --account names: ${accounts.join(', ')}`,
    { type: 'ambiguous_account' },
  );
}

export function noConnection(provider: string): CommandFailed {
  return new CommandFailed(`this owner has no connection to ${provider}`, {
    type: 'not_connected',
  });
}

/** In words: `all connections at github`. */
export function describeSubject(subject: Subject): string {
  switch (subject.kind) {
    case 'all':
      return 'everything';
    case 'owner':
      return `all connections of owner ${subject.owner}`;
    case 'provider':
      return `all connections at ${subject.provider}`;
    case 'connection':
      return `the connection of owner ${subject.owner} to ${subject.provider} as ${subject.account}`;
  }
}
