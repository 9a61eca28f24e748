import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Asked, explain } from '../../infra/cli/aws-errors.ts';

const secret: Asked = { kind: 'secret', name: 'oauth2-token-capture/github' };
const getToken: Asked = {
  kind: 'function',
  functionName: 'TokenCapture-get-token',
  caller: 'operator',
};
const listConnections: Asked = { ...getToken, functionName: 'TokenCapture-list-connections' };
const table: Asked = { kind: 'table', functionName: 'TokenCapture-get-token' };
const stack = { local: false, stackName: 'TokenCapture' };
const local = { local: true, stackName: 'TokenCapture' };

const awsError = (name: string, message = 'No.', more = {}) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: 400 }, ...more });

const say = (name: string, asked: Asked = secret, target = stack, message?: string) =>
  explain(target, asked, awsError(name, message), 'eu-west-1') ?? '';

test('what is wrong with the account, the region and the rights is one line that says what to do', () => {
  for (const text of ['Region is missing', 'Region not accepted: region="" is not valid']) {
    assert.match(say('Error', secret, stack, text), /set AWS_REGION.*--local/);
  }
  for (const name of ['CredentialsProviderError', 'TokenProviderError']) {
    assert.match(say(name), /no AWS credentials.*aws sso login.*AWS_PROFILE/);
  }
  for (const name of ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired']) {
    assert.match(say(name), /have expired.*aws sso login/);
  }
  for (const name of ['UnrecognizedClientException', 'InvalidSignatureException']) {
    assert.match(say(name), /does not accept the credentials/);
  }
  assert.match(say('AccessDeniedException'), /ask for secretsmanager:/);
  assert.match(
    say('AccessDeniedException', getToken),
    /ask for lambda:InvokeFunction on TokenCapture-get-token:operator/,
  );
  assert.match(say('AccessDeniedException', table), /ask for the actions .*command-line\.md/);
  assert.match(say('ThrottlingException'), /try again/);
  assert.match(
    say('InternalServiceError', secret, stack, 'Oops\n  at x'),
    /^[^\n]*InternalServiceError: Oops at x$/,
  );
});

test('what is not there: the secret, the stack, the caller, the right of the operator', () => {
  assert.match(
    say('ResourceNotFoundException'),
    /no secret .* in region eu-west-1: deploy .*first.*if it was deleted, take the provider out/,
  );
  assert.match(say('ResourceNotFoundException', secret, local), /npm start/);
  assert.match(
    say('ResourceNotFoundException', getToken),
    /npx cdk deploy.*"getToken": true.*--caller/,
  );
  assert.match(
    say('ResourceNotFoundException', listConnections),
    /TokenCapture-list-connections in region eu-west-1: .*not deployed here; .*--stack/,
  );
  assert.match(say('ResourceNotFoundException', table), /not deployed here; .*--stack/);
  // There is no such caller to configure.
  assert.doesNotMatch(say('ResourceNotFoundException', listConnections), /callers/);
  const billing: Asked = { ...getToken, caller: 'billing' };
  assert.match(
    say('ResourceNotFoundException', billing),
    /"callers" in cdk.json a caller "billing"/,
  );
  assert.match(
    say('ResourceNotFoundException', billing, local),
    /the local run has no .*npm start/,
  );
  const queue: Asked = { kind: 'queue', name: 'TokenCapture-dead-letters' };
  assert.match(say('QueueDoesNotExist', queue), /no queue TokenCapture-dead-letters .*--stack/);
  assert.match(say('QueueDoesNotExist', queue, local), /npm start/);
  assert.match(say('AccessDenied', queue), /ask for sqs:GetQueueUrl, ReceiveMessage.* on TokenCap/);
  assert.match(say('InvalidRequestException'), /restore-secret/);
});

test('nobody answers', () => {
  const refused = awsError('Error', 'connect ECONNREFUSED', { code: 'ECONNREFUSED' });
  assert.match(explain(local, secret, refused, 'us-east-1')!, /start it again with npm start/);
  assert.match(explain(stack, secret, refused, 'us-east-1')!, /AWS is not reached .*us-east-1/);
  assert.match(say('TimeoutError'), /AWS is not reached/);
});

test('what AWS did not say is no error of AWS', () => {
  assert.equal(explain(stack, secret, new TypeError('our mistake'), 'x'), undefined);
});
