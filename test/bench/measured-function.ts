import { createRequire } from 'node:module';

/** CPU in milliseconds, user and system. */
export interface Measured {
  load: number;
  first: number;
  warm: number;
  megabytes: number;
}

// A process that loads one bundle and invokes it, and tells its parent what that cost.
const [path, name, request] = process.argv.slice(2) as [string, string, string];
console.info = () => {};

async function cpuOf(run: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return Math.round((user + system) / 10) / 100;
}

let handler: (event: unknown, context: unknown) => Promise<unknown>;
const load = await cpuOf(() => {
  handler = createRequire(import.meta.url)(path).handler;
});

const event = JSON.parse(request);
const invoke = () =>
  handler(event, {
    awsRequestId: 'request',
    invokedFunctionArn: `arn:aws:lambda:us-east-1:000000000000:function:TokenCapture-${name}:operator`,
    getRemainingTimeInMillis: () => 29_000,
  });

let [first, warm] = [0, 0];
if (event !== null) {
  first = await cpuOf(invoke);
  for (let call = 0; call < 50; call++) await invoke();
  const total = await cpuOf(async () => {
    for (let call = 0; call < 200; call++) await invoke();
  });
  warm = Math.round(total / 2) / 100;
}
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
process.send!({ load, first, warm, megabytes } satisfies Measured);
