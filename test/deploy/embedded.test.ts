import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { EMULATED_KEY } from '../../infra/configuration.ts';
import { clientConfig } from './support/aws.ts';
import { makeCdk } from './support/cdk.ts';
import { deployment } from './support/deployment.ts';
import { ROOT } from './support/root.ts';

const EXAMPLE = join(ROOT, 'examples/embedded');

describe("a team's own stack that embeds the construct beside a service", () => {
  const lambda = new LambdaClient(clientConfig(deployment().endpoint));
  const invoke = async (request: unknown) => {
    const answer = await lambda.send(
      new InvokeCommand({ FunctionName: 'Billing-service', Payload: JSON.stringify(request) }),
    );
    const body = JSON.parse(Buffer.from(answer.Payload!).toString());
    assert.equal(answer.FunctionError, undefined, JSON.stringify(body));
    return body;
  };

  before(async () => {
    const folder = join(deployment().folder, 'embedded');
    mkdirSync(folder, { recursive: true });
    const example = JSON.parse(readFileSync(join(EXAMPLE, 'cdk.json'), 'utf8'));
    const context = { ...example.context, [EMULATED_KEY]: { baseUrl: deployment().baseUrl } };
    const app = `"${process.execPath}" "${join(EXAMPLE, 'app.ts')}"`;
    writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app, context }));
    await makeCdk({ ...deployment(), folder }).deploy();
  });

  test('the service is let through to get-token, as the caller that it was granted', async () => {
    const answer = await invoke({ customer: 'nobody', provider: 'github' });
    assert.equal(answer.done, false);
    assert.match(answer.why, /no connection to github/);
  });
});
