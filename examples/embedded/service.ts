import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

const lambda = new LambdaClient();

/** Does something for a customer with the customer's own token. */
export async function handler({ customer, provider }: { customer: string; provider: string }) {
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({
      FunctionName: process.env['GET_TOKEN'],
      Payload: JSON.stringify({ owner: customer, provider }),
    }),
  );
  const answer = JSON.parse(Buffer.from(Payload!).toString());
  if (FunctionError) throw new Error(`${answer.errorType}: ${answer.errorMessage}`);
  if (answer.status !== 'ok') return { done: false, why: answer.message };
  // Here the service would call the provider with answer.accessToken.
  return { done: true, account: answer.account };
}
