import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { functionNames } from '../../shared/routes.ts';
import { CookieBrowser, signInAtDemo } from '../support/local-browser.ts';
import { startProduct } from '../support/product.ts';
import type { Measured } from './measured-function.ts';

// node test/bench/function-memory.ts: what a function's start and its work cost, and what that makes at
// each memory size. A Lambda function has a vCPU at 1,769 MB and its share of one below; the core of
// this machine stands for the vCPU, and what the network takes is not in it.

const SIZES = [256, 512, 1024, 1769];
const VCPU_MEGABYTES = 1769;
// A GB-second of arm64 in us-east-1, in US dollars.
const PRICE = 0.0000133334;

const endings: (() => unknown)[] = [];
const product = await startProduct({ after: (end: unknown) => endings.push(end as () => unknown) });
const { url } = await product.invoke<{ url: string }>('create-connect-session', {
  owner: 'bench',
  providers: ['demo'],
});
const browser = new CookieBrowser();
const off = await browser.go(url);
await browser.go(await signInAtDemo(off.headers.get('location')!, 'ada', browser));

const requests: Partial<Record<string, object>> = {
  'create-connect-session': { owner: 'bench', providers: ['demo'] },
  'get-token': { owner: 'bench', provider: 'demo' },
  'list-connections': { owner: 'bench' },
};

async function measure(name: string): Promise<Measured> {
  const child = fork(
    join(import.meta.dirname, 'measured-function.ts'),
    [
      join(product.functionsDirectory, name, 'index.js'),
      name,
      JSON.stringify(requests[name] ?? null),
    ],
    {
      env: { PATH: process.env['PATH'], ...product.environment },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  );
  const [measured] = await once(child, 'message');
  child.kill();
  return measured as Measured;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

const rows: Record<string, Record<string, number>> = {};
for (const name of functionNames) {
  const runs: Measured[] = [];
  for (let run = 0; run < 7; run++) runs.push(await measure(name));
  const of = (field: keyof Measured) => median(runs.map((each) => each[field]));
  rows[name] = {
    'load, CPU ms': of('load'),
    'first call, CPU ms': of('first'),
    'warm call, CPU ms': of('warm'),
    'peak memory, MB': of('megabytes'),
  };
}
console.table(rows);

const {
  'load, CPU ms': load,
  'first call, CPU ms': first,
  'warm call, CPU ms': warm,
} = rows['get-token']!;
console.log('get-token by memory size');
console.table(
  Object.fromEntries(
    SIZES.map((size) => {
      const slower = VCPU_MEGABYTES / size;
      const milliseconds = (cpu: number) => Math.round(cpu * slower * 10) / 10;
      // 10 ms of waiting for the table and the key, which costs memory and no CPU.
      const price = (size / 1024) * ((milliseconds(warm!) + 10) / 1000) * PRICE * 1_000_000;
      return [
        `${size} MB`,
        {
          'cold start, ms': milliseconds(load! + first!),
          'warm, ms': milliseconds(warm!),
          '$ per million warm calls': Math.round(price * 100) / 100,
        },
      ];
    }),
  ),
);
for (const end of endings.reverse()) await end();
process.exit(0);
