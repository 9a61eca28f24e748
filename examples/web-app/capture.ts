import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

const lambda = new LambdaClient();

/** Invokes a service function as the caller `web`; throws its function error. */
async function invoke<Answer>(name: string, request: object): Promise<Answer> {
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({
      FunctionName: `TokenCapture-${name}`,
      Qualifier: 'web',
      Payload: JSON.stringify(request),
    }),
  );
  const answer = JSON.parse(Buffer.from(Payload!).toString());
  if (FunctionError) throw new Error(`${answer.errorType}: ${answer.errorMessage}`);
  return answer;
}

export interface Connection {
  provider: string;
  account: string;
  name: string | null;
  status: string;
}

/** Where to send the browser of the person who wants to connect. */
export async function connectLink(owner: string, label: string, returnUrl: string) {
  const request = { owner, ownerLabel: label, returnUrl, confirm: true };
  return (await invoke<{ url: string }>('create-connect-session', request)).url;
}

export const complete = (owner: string, connectCode: string) =>
  invoke<{ status: string; message?: string }>('complete-connect', { owner, connectCode });

export const connectionsOf = async (owner: string) =>
  (await invoke<{ connections: Connection[] }>('list-connections', { owner })).connections;

export const disconnect = (owner: string, provider: string, account: string) =>
  invoke<{ status: string }>('disconnect', { owner, provider, account });
