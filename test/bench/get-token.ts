import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { makeFaultProxy } from '../support/fault-proxy.ts';
import { CookieBrowser, signInAtDemo } from '../support/local-browser.ts';
import { startProduct } from '../support/product.ts';
import type { Measured } from './measured-function.ts';

const ROOT = resolve(import.meta.dirname, '../..');
// Below the project, where the SDK is found that `NodejsFunction` leaves to the runtime.
const FOLDER = join(ROOT, 'build/bench');
const RUNS = 7;
const REQUEST = { owner: 'bench', provider: 'demo', account: 'ada' };

export interface GetTokenBench {
  /** Medians of interleaved runs, CPU in milliseconds. */
  cpu: Record<string, { load: number; warm: number }>;
  ratios: Record<string, { measured: number; atMost: number }>;
  /** Calls to AWS of one warm call, by operation. */
  calls: Record<string, number>;
}

/** `get-token` with a valid token against handlers that read one row and do no more. */
export async function measureGetToken(): Promise<GetTokenBench> {
  const endings: (() => unknown)[] = [];
  const proxy = makeFaultProxy();
  const t = { after: (end: unknown) => void endings.push(end as () => unknown) };
  const product = await startProduct(t as Parameters<typeof startProduct>[0], { proxy });
  try {
    const { url } = await product.invoke<{ url: string }>('create-connect-session', {
      owner: REQUEST.owner,
      providers: [REQUEST.provider],
    });
    const browser = new CookieBrowser();
    const off = await browser.go(url);
    await browser.go(await signInAtDemo(off.headers.get('location')!, REQUEST.account, browser));
    const bundles = {
      'get-token': join(product.functionsDirectory, 'get-token', 'index.js'),
      'GetItem, NodejsFunction defaults': build('defaults', {}),
      'GetItem, lean': build('lean', LEAN),
    };
    const environment = { PATH: process.env['PATH'], ...product.environment };
    const runs = Object.fromEntries(Object.keys(bundles).map((name) => [name, [] as Measured[]]));
    for (let run = 0; run < RUNS; run++) {
      for (const [name, path] of Object.entries(bundles)) {
        runs[name]!.push(await measure(path, environment));
      }
    }
    return { ...compare(runs), calls: await callsOf(product, proxy.calls) };
  } finally {
    for (const end of endings.reverse()) await end();
  }
}

const LEAN = {
  minify: true,
  external: [],
  mainFields: ['module', 'main'],
  alias: {
    '@aws-sdk/credential-provider-node': join(ROOT, 'infra/environment-credentials.ts'),
    '@smithy/core/event-streams': join(ROOT, 'infra/no-event-streams.ts'),
  },
};

function build(name: string, options: object): string {
  const outfile = join(FOLDER, name, 'index.js');
  mkdirSync(join(FOLDER, name), { recursive: true });
  writeFileSync(join(FOLDER, name, 'package.json'), '{"type":"commonjs"}\n');
  buildSync({
    entryPoints: [join(import.meta.dirname, 'get-item.ts')],
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node24',
    external: ['@aws-sdk/*', '@smithy/*'],
    logLevel: 'silent',
    ...options,
  });
  return outfile;
}

async function measure(path: string, env: NodeJS.ProcessEnv): Promise<Measured> {
  const measured = join(import.meta.dirname, 'measured-function.ts');
  const child = fork(measured, [path, 'get-token', JSON.stringify(REQUEST)], {
    env,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [message] = await once(child, 'message');
  child.kill();
  return message as Measured;
}

function compare(runs: Record<string, Measured[]>): Pick<GetTokenBench, 'cpu' | 'ratios'> {
  const cpu = Object.fromEntries(
    Object.entries(runs).map(([name, all]) => [
      name,
      { load: median(all.map(({ load }) => load)), warm: median(all.map(({ warm }) => warm)) },
    ]),
  );
  const [own, defaults, lean] = Object.values(cpu);
  const ratio = (a: number, b: number) => Math.round((a / b) * 100) / 100;
  return {
    cpu,
    ratios: {
      'load, against NodejsFunction defaults': {
        measured: ratio(own!.load, defaults!.load),
        atMost: 0.6,
      },
      'load, against the lean client': { measured: ratio(own!.load, lean!.load), atMost: 1.25 },
      'warm call, against one GetItem': { measured: ratio(own!.warm, lean!.warm), atMost: 1.25 },
    },
  };
}

const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

async function callsOf(
  product: Awaited<ReturnType<typeof startProduct>>,
  calls: string[],
): Promise<Record<string, number>> {
  await product.invoke('get-token', REQUEST);
  const before = calls.length;
  await product.invoke('get-token', REQUEST);
  const counted: Record<string, number> = {};
  for (const call of calls.slice(before)) {
    const name = call.split('.').at(-1)!;
    counted[name] = (counted[name] ?? 0) + 1;
  }
  return counted;
}
