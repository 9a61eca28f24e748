import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { FunctionName, ServiceFunction } from '../../shared/routes.ts';
import { askAws } from './aws-errors.ts';
import { CommandFailed } from './errors.ts';
import { shellWord } from './shell-word.ts';
import type { Target } from './target.ts';

interface ServiceRequest {
  owner: string;
  provider?: string | undefined;
  [more: string]: unknown;
}

/**
 * Invokes a service function as a caller. A function error, and an answer whose status is not among
 * `good`, is thrown as `CommandFailed`.
 */
export async function invoke<Answer>(
  target: Target,
  service: ServiceFunction,
  request: ServiceRequest,
  { caller, good = [] }: { caller: string; good?: readonly string[] },
): Promise<Answer> {
  const answer = await invokeFunction(target, service, request, caller);
  const { status, message } = answer;
  if (status !== undefined && !good.includes(String(status))) {
    const words = `${status}: ${typeof message === 'string' ? message : 'no reason was given'}`;
    throw new CommandFailed([words, ...advice(target, request, answer)].join('\n'), {
      type: String(status),
      answer,
    });
  }
  return answer as Answer;
}

/**
 * Has `refresh-connection` work messages off at once, as if they came from its queue; how many of them it
 * could not. Throws `CommandFailed`.
 */
export async function workOff(target: Target, messages: readonly object[]): Promise<number> {
  const Records = messages.map((message, index) => ({
    messageId: String(index),
    body: JSON.stringify(message),
  }));
  const answer = await invokeFunction(target, 'refresh-connection', { Records });
  return (answer['batchItemFailures'] as unknown[]).length;
}

async function invokeFunction(
  target: Target,
  name: FunctionName,
  event: object,
  caller?: string,
): Promise<Record<string, unknown>> {
  const functionName = `${target.stackName}-${name}`;
  const { Payload, FunctionError } = await askAws(
    target,
    { kind: 'function', functionName, caller },
    () =>
      target.lambda.send(
        new InvokeCommand({
          FunctionName: functionName,
          Qualifier: caller,
          Payload: JSON.stringify(event),
        }),
      ),
  );
  const answer = parse(name, Payload);
  if (FunctionError !== undefined) throw functionFailed(target, functionName, answer);
  return answer;
}

function parse(name: string, payload: Uint8Array | undefined): Record<string, unknown> {
  try {
    const answer: unknown = JSON.parse(Buffer.from(payload ?? []).toString('utf8'));
    if (typeof answer === 'object' && answer !== null) return answer as Record<string, unknown>;
  } catch {
    // Reported below: what is no JSON is no answer either.
  }
  throw new CommandFailed(`${name} gave no answer: is it a function of this stack?`);
}

// The errors of the project's own taxonomy whose messages are written for the one who asks.
const EXPLAINED = ['InvalidRequest', 'ConfigurationError', 'ProviderNotConfigured'];

function functionFailed(
  { local }: Target,
  functionName: string,
  { errorType, errorMessage }: Record<string, unknown>,
): CommandFailed {
  const type = String(errorType ?? 'unknown error');
  const where = local
    ? 'the terminal of npm start says more'
    : `its log says more (aws lambda get-function-configuration --function-name ${functionName} --query LoggingConfig.LogGroup)`;
  const words = EXPLAINED.includes(type)
    ? String(errorMessage)
    : `${functionName} failed (${type}: ${String(errorMessage).split('\n', 1)[0]}): ${where}`;
  return new CommandFailed(words, { type });
}

/** What to type next, where the answer names what a service would invoke. */
function advice(
  { flags }: Target,
  { owner, provider }: ServiceRequest,
  { status, accounts }: Record<string, unknown>,
): string[] {
  if (Array.isArray(accounts))
    return [`Accounts, one of which --account names: ${accounts.join(', ')}`];
  if (!['not_connected', 'needs_reauth'].includes(String(status))) return [];
  const chosen = provider === undefined ? '' : ` --provider ${shellWord(provider)}`;
  return [
    `Make a link: npx token-capture session create --owner ${shellWord(owner)}${chosen}${flags}`,
  ];
}
