import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { OPERATOR } from '../../shared/configuration.ts';
import { REGION } from './aws-account.ts';

/** A connect link for an owner, made the way a service makes one. */
export async function makeConnectLink(
  endpoint: string,
  stackName: string,
  owner: string,
): Promise<string> {
  const client = new LambdaClient({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    const { Payload, FunctionError } = await client.send(
      new InvokeCommand({
        FunctionName: `${stackName}-create-connect-session`,
        Qualifier: OPERATOR,
        Payload: JSON.stringify({ owner, ownerLabel: owner }),
      }),
    );
    const answer = JSON.parse(Buffer.from(Payload ?? []).toString('utf8'));
    if (FunctionError || typeof answer.url !== 'string') {
      const { errorType, errorMessage, message } = answer;
      throw new Error(`create-connect-session: ${[errorType, errorMessage, message].join(' ')}`);
    }
    return answer.url;
  } finally {
    client.destroy();
  }
}
