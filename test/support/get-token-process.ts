import { createRequire } from 'node:module';

// A function in a process of its own: loads a built bundle under the environment it was started with,
// and for each message invokes it as often at once as the message says. Its clock is off by so many
// milliseconds as its second argument says.
const offset = Number(process.argv[3] ?? 0);
const now = Date.now;
Date.now = () => now() + offset;
const handler = createRequire(import.meta.url)(process.argv[2]!).handler as (
  event: unknown,
  context: unknown,
) => Promise<unknown>;

console.info = () => {};
console.warn = () => {};
console.error = () => {};

process.on(
  'message',
  async ({
    event,
    times,
    caller,
    milliseconds = 29_000,
    memory,
  }: {
    event: unknown;
    times: number;
    caller: string;
    milliseconds?: number;
    /** Instead: how much memory it has used at most, in bytes. */
    memory?: true;
  }) => {
    if (memory) {
      process.send!(process.resourceUsage().maxRSS * 1_024);
      return;
    }
    const endsAt = Date.now() + milliseconds;
    const context = {
      awsRequestId: 'request',
      invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:TokenCapture-get-token:${caller}`,
      getRemainingTimeInMillis: () => endsAt - Date.now(),
    };
    const answers = await Promise.all(
      Array.from({ length: times }, () =>
        handler(event, context).catch((error: Error) => ({
          status: 'threw',
          message: error.message,
        })),
      ),
    );
    process.send!(answers);
  },
);
process.send!('ready');
