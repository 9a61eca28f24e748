import { Console } from 'node:console';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { ConfigurationError } from '../../shared/errors.ts';
import { routes } from '../../shared/routes.ts';
import { buildFunctions } from '../build.ts';
import {
  type ConfigurationInput,
  readConfigurationInput,
  resolveConfiguration,
} from '../configuration.ts';
import { makeConnectLink } from './connect-link.ts';
import { demoEntry } from './demo-entry.ts';
import { LocalError } from './errors.ts';
import { enterEnvironment, loadFunctions } from './load-functions.ts';
import { productBackground } from './product-background.ts';
import { DEMO, type LocalRun, startLocal } from './runner.ts';

const STACK = 'TokenCapture';

interface Options {
  port: number;
  data: string;
  config: string;
}

/** Builds and runs everything that `cdk.json` describes, the demo provider included. */
async function run({ port, data, config }: Options): Promise<LocalRun> {
  const settings = { allowLoopbackProviders: true };
  const input = { ...readConfigurationInput(config), operator: { getToken: true } };
  // A mistake is named before anything starts.
  const { providers } = resolveConfiguration(input, settings);
  if (Object.hasOwn(providers, DEMO)) {
    throw new ConfigurationError('providers', `"${DEMO}" is the local run's own provider`);
  }
  let configured: ConfigurationInput = input;
  return await startLocal({
    port,
    dataDirectory: data,
    stackName: STACK,
    routes,
    demo: true,
    background: productBackground(STACK),
    providers: [...Object.keys(providers), DEMO],
    functions: (environment, demo) => {
      configured = { ...input, providers: [...input.providers, demoEntry(DEMO, demo!.issuer)] };
      const configuration = resolveConfiguration(configured, settings);
      const folders = buildFunctions({ configuration, outdir: join(data, 'functions') });
      enterEnvironment(environment);
      return loadFunctions(folders, configuration);
    },
    // The command line tool reads from it which providers there are.
    runtime: () => ({ configuration: configured }),
  });
}

async function main(options: Options): Promise<void> {
  // Standard output holds what the command says; what functions log goes beside it.
  globalThis.console = new Console({
    stdout: process.stderr,
    stderr: process.stderr,
    inspectOptions: { breakLength: Number.POSITIVE_INFINITY, compact: true },
  });
  // On Lambda it would end one execution environment, here the whole run.
  process.on('unhandledRejection', (error) => console.error(error));
  const signal = new Promise((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, resolve);
  });
  const local = await run(options);
  const link = await makeConnectLink(local.endpoint, STACK, 'demo');
  console.error('Providers on http and this machine are accepted: this is a local run.');
  process.stdout.write(`Ready ${local.url}\nConnect as owner "demo": ${link}\n`);
  await signal;
  await local.close();
}

function fail(error: unknown): void {
  const expected = error instanceof LocalError || error instanceof ConfigurationError;
  process.stderr.write(`${expected ? error.message : ((error as Error).stack ?? error)}\n`);
}

function parsePort(text: string): number {
  const port = Number(text);
  // The demo provider takes the next one.
  if (/^\d{1,5}$/.test(text) && port <= 65_534) return port;
  throw new InvalidArgumentError('Expected a number from 0 (any free port) to 65534.');
}

await new Command('npm start --')
  .description('Runs everything on this machine: the functions, the AWS services, a demo provider.')
  .option(
    '--port <number>',
    'port of the local run; the demo provider takes the next',
    parsePort,
    4400,
  )
  .option('--data <folder>', 'where rows, secrets and keys are kept', '.local')
  .option('--config <file>', 'the configuration', 'cdk.json')
  .action(async (options: Options) => {
    let status = 0;
    try {
      await main(options);
    } catch (error) {
      fail(error);
      status = 1;
    }
    // Functions keep connections open that nobody waits for any more.
    process.exit(status);
  })
  .parseAsync();
