import { type App, Stack } from 'aws-cdk-lib';
import { ConfigurationError } from '../../shared/errors.ts';
import { CONTEXT_KEY, type ConfigurationInput, DEFAULT_STACK_NAME } from '../configuration.ts';
import { TokenCapture } from '../token-capture.ts';
import type { Existing } from './existing.ts';
import { requireOnDestroy } from './on-destroy.ts';

/** The context key of the stack's name. */
export const STACK_NAME_KEY = `${CONTEXT_KEY}:stack-name`;

/** The context key of the prop `existing`. */
export const EXISTING_KEY = `${CONTEXT_KEY}:existing`;

/** The context key of the prop `onDestroy`. */
export const ON_DESTROY_KEY = `${CONTEXT_KEY}:on-destroy`;

/** The stack that `cdk deploy` deploys, configured by the context of `cdk.json`. */
export class TokenCaptureStack extends Stack {
  readonly tokenCapture: TokenCapture;

  constructor(app: App, options: { outdir?: string } = {}) {
    const input = contextOf(app, CONTEXT_KEY) as ConfigurationInput | undefined;
    if (input === undefined) {
      throw new ConfigurationError('cdk.json', `expected "context": {"${CONTEXT_KEY}": {...}}`);
    }
    const onDestroy = requireOnDestroy(app.node.tryGetContext(ON_DESTROY_KEY), ON_DESTROY_KEY);
    super(app, app.node.tryGetContext(STACK_NAME_KEY) ?? DEFAULT_STACK_NAME, {
      description: 'oauth2-token-capture: captures and keeps OAuth 2.0 tokens',
      terminationProtection: onDestroy === 'keep',
    });
    // With this id CloudFormation's names carry no prefix: an output is called BaseUrl.
    this.tokenCapture = new TokenCapture(
      this,
      'Default',
      {
        ...input,
        ...options,
        existing: (contextOf(app, EXISTING_KEY) ?? {}) as Existing,
        onDestroy,
      },
      { configuration: CONTEXT_KEY, existing: EXISTING_KEY, onDestroy: ON_DESTROY_KEY },
    );
  }
}

function contextOf(app: App, key: string): unknown {
  const value: unknown = app.node.tryGetContext(key);
  // "cdk deploy -c token-capture=..." gives a text.
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    throw new ConfigurationError(key, 'expected JSON');
  }
}
