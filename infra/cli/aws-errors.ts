import { OPERATOR } from '../../shared/configuration.ts';
import { CommandFailed } from './errors.ts';
import type { Target } from './target.ts';

/** What AWS was asked about, so that a refusal can be put into words. */
export type Asked =
  | { kind: 'function'; functionName: string; caller: string | undefined }
  | { kind: 'secret'; name: string }
  /** The stack's table, whose name this function knows. */
  | { kind: 'table'; functionName: string }
  | { kind: 'queue'; name: string };

/** Runs calls to AWS; what AWS refuses is one line that says what to do. Throws `CommandFailed`. */
export async function askAws<T>(target: Target, asked: Asked, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const { name, message } = error as Error;
    const words = explain(target, asked, error as AwsError, await regionOf(target));
    throw words === undefined ? error : new CommandFailed(words, { type: name || message });
  }
}

type AwsError = Error & { code?: string; $metadata?: { httpStatusCode?: number } };

async function regionOf({ lambda }: Target): Promise<string> {
  return lambda.config.region().catch(() => 'none');
}

const SIGN_IN =
  'sign in ("aws sso login"), choose a profile with AWS_PROFILE, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY';

const UNREACHABLE = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
];

/** The line for an error of the AWS SDK; `undefined`: it is none. */
export function explain(
  { local, stackName }: Pick<Target, 'local' | 'stackName'>,
  asked: Asked,
  error: AwsError,
  region: string,
): string | undefined {
  const text = oneLine(error.message);
  const profile = process.env['AWS_PROFILE'] ? ` in profile ${process.env['AWS_PROFILE']}` : '';
  if (/^Region (is missing|not accepted)/.test(text)) {
    return 'no AWS region: set AWS_REGION, or a region in your profile; for a run on this machine add --local';
  }
  if (UNREACHABLE.includes(error.code ?? '') || error.name === 'TimeoutError') {
    return local
      ? `the local run does not answer (${error.code ?? error.name}): start it again with npm start`
      : `AWS is not reached (${error.code ?? error.name}) in region ${region}: check the network and the region, then try again`;
  }
  switch (error.name) {
    case 'CredentialsProviderError':
    case 'TokenProviderError':
      return `no AWS credentials${profile} (${text}): ${SIGN_IN}; for a run on this machine add --local`;
    case 'ExpiredToken':
    case 'ExpiredTokenException':
    case 'RequestExpired':
      return `the AWS credentials have expired: ${SIGN_IN}`;
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId':
    case 'InvalidSignatureException':
    case 'SignatureDoesNotMatch':
    case 'IncompleteSignature':
      return `AWS does not accept the credentials (${text}): ${SIGN_IN}`;
    case 'AccessDenied':
    case 'AccessDeniedException':
      return `AWS denies it (${text}): ask for ${permission(asked)}`;
    case 'ThrottlingException':
    case 'TooManyRequestsException':
      return 'AWS asks to slow down: try again in a minute';
    case 'InvalidRequestException':
      // The one reason that the calls of this tool can meet.
      return asked.kind === 'secret'
        ? `the secret ${asked.name} cannot be used (${text}): if it is to be deleted, keep it with "${restoreCommand(asked.name)}"`
        : `AWS answered ${error.name}: ${text}`;
    case 'ResourceNotFoundException':
    case 'QueueDoesNotExist':
      return missing(local, stackName, asked, region);
    default:
      // Every answer of a service has this member; other errors are our own mistakes.
      return error.$metadata === undefined ? undefined : `AWS answered ${error.name}: ${text}`;
  }
}

/** Keeps a secret that is marked for deletion. */
export function restoreCommand(name: string): string {
  return `aws secretsmanager restore-secret --secret-id ${name}`;
}

function permission(asked: Asked): string {
  switch (asked.kind) {
    case 'secret':
      return `secretsmanager:DescribeSecret, GetSecretValue and PutSecretValue on ${asked.name}`;
    case 'table':
      return `the actions that docs/command-line.md lists for those who work on the table`;
    case 'queue':
      return `sqs:GetQueueUrl, ReceiveMessage, ChangeMessageVisibility, DeleteMessage and SendMessage on ${asked.name}`;
    case 'function':
      return `lambda:InvokeFunction on ${asked.functionName}${asked.caller === undefined ? '' : `:${asked.caller}`}`;
  }
}

function missing(local: boolean, stackName: string, asked: Asked, region: string): string {
  if (asked.kind === 'secret') {
    return local
      ? `the local run has no secret ${asked.name}: add the provider to cdk.json and start again with npm start`
      : `there is no secret ${asked.name} in region ${region}: deploy the stack with this provider first (npx cdk deploy), or choose another account and region with AWS_PROFILE and AWS_REGION; if it was deleted, take the provider out of cdk.json, deploy, put it back and deploy again`;
  }
  if (asked.kind === 'queue') {
    return local
      ? `the local run has no queue ${asked.name}: start it again with npm start`
      : `there is no queue ${asked.name} in region ${region}: deploy the stack ${stackName} (npx cdk deploy), name another with --stack, or choose another account and region with AWS_PROFILE and AWS_REGION`;
  }
  const { functionName } = asked;
  const caller = asked.kind === 'function' ? asked.caller : OPERATOR;
  const elsewhere =
    'choose its account and region (AWS_PROFILE, AWS_REGION), name another with --stack, or deploy it (npx cdk deploy)';
  // Every stack has these for the operator.
  if (
    asked.kind === 'table' ||
    caller === undefined ||
    (caller === OPERATOR && !functionName.endsWith('-get-token'))
  ) {
    return local
      ? `the local run has no ${functionName}: start it again with npm start`
      : `there is no ${functionName} in region ${region}: the stack ${stackName} is not deployed here; ${elsewhere}`;
  }
  const allow =
    caller === OPERATOR
      ? `let the operator read tokens with "operator": {"getToken": true} in cdk.json, or name a caller that may with --caller`
      : `give "callers" in cdk.json a caller "${caller}" that has this function`;
  return local
    ? `the local run has no ${functionName} for caller "${caller}": ${allow}; a change of cdk.json needs a new npm start`
    : `there is no ${functionName} for caller "${caller}" in region ${region}. If the stack ${stackName} is not deployed here: ${elsewhere}. If it is: ${allow}; a change of cdk.json needs another deploy`;
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').replace(/[.\s]+$/, '');
