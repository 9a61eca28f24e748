import { type App, Stack } from 'aws-cdk-lib';
import { ConfigurationError } from '../../shared/errors.ts';
import { CONTEXT_KEY, type ConfigurationInput, resolveConfiguration } from '../configuration.ts';
import { TokenCapture } from '../token-capture.ts';
import { emulated } from './emulated.ts';

/** The context key of the stack's name. */
export const STACK_NAME_KEY = `${CONTEXT_KEY}:stack-name`;

/** The stack that `cdk deploy` deploys, configured by the context of `cdk.json`. */
export class TokenCaptureStack extends Stack {
  readonly tokenCapture: TokenCapture;

  constructor(app: App, options: { outdir?: string } = {}) {
    const input = contextOf(app);
    // Before the construct does it again: here a mistake is named by its key in cdk.json.
    resolveConfiguration(input, { allowLoopbackProviders: emulated(app) !== undefined });
    super(app, app.node.tryGetContext(STACK_NAME_KEY) ?? 'TokenCapture', {
      description: 'oauth2-token-capture: captures and keeps OAuth 2.0 tokens',
      terminationProtection: true,
    });
    // With this id CloudFormation's names carry no prefix: an output is called BaseUrl.
    this.tokenCapture = new TokenCapture(this, 'Default', { ...input, ...options });
  }
}

function contextOf(app: App): ConfigurationInput {
  const input: unknown = app.node.tryGetContext(CONTEXT_KEY);
  if (input === undefined) {
    throw new ConfigurationError('cdk.json', `expected "context": {"${CONTEXT_KEY}": {...}}`);
  }
  // "cdk deploy -c token-capture=..." gives a text.
  if (typeof input !== 'string') return input as ConfigurationInput;
  try {
    return JSON.parse(input) as ConfigurationInput;
  } catch {
    throw new ConfigurationError(CONTEXT_KEY, 'expected JSON');
  }
}
