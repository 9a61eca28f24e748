import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { isLoopbackUrl } from '../shared/address.ts';
import { type Caller, type Configuration, type Limits, OPERATOR } from '../shared/configuration.ts';
import { ConfigurationError } from '../shared/errors.ts';
import { CALLER_NAME } from '../shared/identity.ts';
import { catalog } from '../shared/providers/catalog.ts';
import type { Provider, ProviderEntry } from '../shared/providers/provider.ts';
import { resolveProvider } from '../shared/providers/resolve.ts';
import { type ServiceFunction, serviceFunctions } from '../shared/routes.ts';
import { SECRET_PREFIX } from '../shared/secrets/secret-name.ts';
import { type DeploymentInput, deploymentFields, whole } from './deployment.ts';

/** The key of the configuration in the context of `cdk.json`. */
export const CONTEXT_KEY = 'token-capture';

/** The context key of a deployment to an AWS emulator; only the deploy test sets it. */
export const EMULATED_KEY = `${CONTEXT_KEY}:emulated`;

/** One caller, as it is configured; what is left out is everything. */
export interface CallerInput {
  functions?: '*' | ServiceFunction[];
  providers?: '*' | string[];
  owners?: '*' | string[];
  confirm?: boolean;
}

/** The stack where nothing else is said. */
export const DEFAULT_STACK_NAME = 'TokenCapture';

// One a minute: far above what people and services need, far below what loads a provider.
const DEFAULT_LIMITS: Limits = { sessionsPerOwner: 60, refreshesPerConnection: 60 };

/** The configuration as a person writes it: in `cdk.json`, or as props of the construct. */
export interface ConfigurationInput extends DeploymentInput {
  /** Catalog ids, or providers described here. */
  providers: (string | ProviderEntry)[];
  /** Who may invoke what; left out: one caller, `default`, that may have everything. */
  callers?: Record<string, CallerInput>;
  operator?: { getToken?: boolean };
  /** Where a browser may go back to: origin and path; a query is free. */
  returnUrls?: string[];
  limits?: Partial<Limits>;
  /** By the name of a stack: fields that replace those above in the stack of that name. */
  stages?: Record<string, Partial<Omit<ConfigurationInput, 'stages'>>>;
}

const everythingOr = <T extends v.GenericSchema>(item: T, expected: string) =>
  // Not a union, whose one message would name neither the item nor its place.
  v.optional(v.lazy((input) => (Array.isArray(input) ? v.array(item) : v.literal('*', expected))));

const perHour = v.optional(whole(1, 1_000_000, 'expected a whole number of at least 1, an hour'));

const fields = {
  providers: v.pipe(
    v.array(
      v.union([v.string(), v.record(v.string(), v.unknown())], 'expected an id or an object'),
      'expected a list of providers',
    ),
    v.minLength(1, 'expected at least one provider'),
  ),
  callers: v.optional(
    v.record(
      v.pipe(
        v.string(),
        v.regex(CALLER_NAME, 'expected a name of lower-case letters, digits and dashes'),
      ),
      v.strictObject({
        functions: everythingOr(
          v.picklist(serviceFunctions, `expected one of ${serviceFunctions.join(', ')}`),
          'expected "*" or a list of functions',
        ),
        providers: everythingOr(
          v.string('expected a provider id'),
          'expected "*" or a list of provider ids',
        ),
        owners: everythingOr(
          v.string('expected an owner or a prefix'),
          'expected "*" or a list of owners and prefixes',
        ),
        confirm: v.optional(v.boolean('expected true or false')),
      }),
      'expected an object of callers by name',
    ),
  ),
  operator: v.optional(
    v.strictObject({ getToken: v.optional(v.boolean('expected true or false')) }),
  ),
  returnUrls: v.optional(v.array(v.string('expected a URL'), 'expected a list of URLs')),
  limits: v.optional(
    v.strictObject({ sessionsPerOwner: perHour, refreshesPerConnection: perHour }),
  ),
  ...deploymentFields,
};

const stageSchema = v.partial(v.strictObject(fields));
/** The form of a `ConfigurationInput`. */
export const inputSchema = v.strictObject({
  ...fields,
  stages: v.optional(
    v.record(
      v.pipe(
        v.string(),
        v.regex(/^[A-Za-z][A-Za-z0-9-]*$/, 'expected the name of a CloudFormation stack'),
      ),
      stageSchema,
      'expected an object of stages by the name of their stack',
    ),
  ),
});

export interface ConfigurationOptions {
  /** Only `npm start` and the deploy test: providers on http loopback are accepted. */
  allowLoopbackProviders?: boolean;
  /** What messages call the place; default: the context key. */
  key?: string;
  /** The stack that it is for; left out for a local run, which knows no stages. */
  stackName?: string;
}

/** Validates a configuration and fills in its defaults; `ConfigurationError` names the key and what was expected. */
export function resolveConfiguration(
  input: unknown,
  { allowLoopbackProviders = false, key = CONTEXT_KEY, stackName }: ConfigurationOptions = {},
): Configuration {
  const valid = inputForStack(input, { key, stackName });
  const providers = resolveProviders(valid.providers, key, allowLoopbackProviders);
  return {
    providers,
    callers: resolveCallers(valid, providers, key),
    returnUrls: (valid.returnUrls ?? []).map((url, index) =>
      requireReturnUrl(url, `${key}.returnUrls.${index}`, allowLoopbackProviders),
    ),
    limits: { ...DEFAULT_LIMITS, ...valid.limits },
    allowLoopbackProviders,
    ...(stackName !== undefined && {
      secretPrefix: valid.secretPrefix ?? defaultSecretPrefix(stackName),
    }),
  };
}

/** Validates the form of a configuration and puts the fields of the stack's stage in their places. */
export function inputForStack(
  input: unknown,
  { key = CONTEXT_KEY, stackName }: Pick<ConfigurationOptions, 'key' | 'stackName'>,
): Omit<ConfigurationInput, 'stages'> {
  const { stages = {}, ...rest } = validInput(input, key);
  const stage = stackName !== undefined && Object.hasOwn(stages, stackName);
  return stage ? { ...rest, ...stages[stackName] } : rest;
}

/**
 * What the names of a stack's secrets begin with, where the configuration does not say: two stacks in
 * one account never share a client.
 */
export function defaultSecretPrefix(stackName: string): string {
  return stackName === DEFAULT_STACK_NAME ? SECRET_PREFIX : `${SECRET_PREFIX}/${stackName}`;
}

/** Reads the configuration's input from a file in the form of `cdk.json`. */
export function readConfigurationInput(path: string): ConfigurationInput {
  const input = readContext(path)?.[CONTEXT_KEY];
  if (input === undefined) {
    throw new ConfigurationError(path, `expected "context": {"${CONTEXT_KEY}": {...}}`);
  }
  return input as ConfigurationInput;
}

/** Whether a file in the form of `cdk.json` is of a deployment to an AWS emulator. */
export function isEmulated(path: string): boolean {
  return readContext(path)?.[EMULATED_KEY] !== undefined;
}

function readContext(path: string): Record<string, unknown> | undefined {
  let file: unknown;
  try {
    file = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? `not JSON (${error.message})` : 'cannot be read';
    throw new ConfigurationError(path, why);
  }
  return (file as { context?: Record<string, unknown> } | null)?.context;
}

function validInput(input: unknown, key: string): ConfigurationInput {
  const result = v.safeParse(inputSchema, input);
  if (result.success) return result.output as ConfigurationInput;
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  throw new ConfigurationError(
    path === null ? key : `${key}.${path}`,
    issue.expected === 'never'
      ? 'no such field'
      : issue.received === 'undefined'
        ? 'expected a value, found none'
        : issue.message,
  );
}

function resolveProviders(
  entries: (string | ProviderEntry)[],
  key: string,
  allowLoopback: boolean,
): Record<string, Provider> {
  const providers: Record<string, Provider> = {};
  for (const [index, entry] of entries.entries()) {
    const place = `${key}.providers.${index}`;
    if (typeof entry === 'string' && !Object.hasOwn(catalog, entry)) {
      throw new ConfigurationError(
        place,
        `"${entry}" is not in the catalog (${Object.keys(catalog).join(', ')}); describe it with an object`,
      );
    }
    const provider = resolveProvider(
      typeof entry === 'string' ? catalog[entry] : entry,
      catalog,
      place,
      allowLoopback,
    );
    if (Object.hasOwn(providers, provider.id)) {
      throw new ConfigurationError(place, `"${provider.id}" is there twice`);
    }
    providers[provider.id] = provider;
  }
  return providers;
}

function resolveCallers(
  { callers = { default: {} }, operator }: ConfigurationInput,
  providers: Record<string, Provider>,
  key: string,
): Record<string, Caller> {
  const resolved: Record<string, Caller> = {};
  for (const [name, caller] of Object.entries(callers)) {
    const place = `${key}.callers.${name}`;
    if (name === OPERATOR) {
      throw new ConfigurationError(place, `is always there; configure it with ${key}.operator`);
    }
    for (const provider of Array.isArray(caller.providers) ? caller.providers : []) {
      if (!Object.hasOwn(providers, provider)) {
        throw new ConfigurationError(`${place}.providers`, `"${provider}" is not configured`);
      }
    }
    resolved[name] = {
      functions: caller.functions ?? '*',
      providers: caller.providers ?? '*',
      owners: caller.owners ?? '*',
      confirm: caller.confirm ?? false,
    };
  }
  resolved[OPERATOR] = {
    functions: operator?.getToken
      ? '*'
      : serviceFunctions.filter((functionName) => functionName !== 'get-token'),
    providers: '*',
    owners: '*',
    confirm: false,
  };
  return resolved;
}

function requireReturnUrl(value: string, key: string, allowLoopback: boolean): string {
  const url = URL.parse(value);
  const usable =
    url !== null &&
    url.href.length <= 2_000 &&
    url.href === url.origin + url.pathname &&
    // What the flow refuses in a return URL could never be gone back to.
    !/[@%\\]/.test(url.pathname) &&
    (url.protocol === 'https:' || (allowLoopback && isLoopbackUrl(url)));
  if (!usable) {
    throw new ConfigurationError(
      key,
      'expected an https URL without query, fragment, credentials and escapes',
    );
  }
  return url.href;
}
