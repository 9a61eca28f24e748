import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import {
  CONTEXT_KEY,
  type ConfigurationInput,
  EMULATED_KEY,
} from '../../../infra/configuration.ts';
import { root } from './aws.ts';
import { type Ended, runProgram } from './children.ts';
import type { Deployment } from './deployment.ts';
import { ACCOUNT, REGION } from './emulator.ts';
import { ROOT } from './root.ts';

const CDK = join(
  dirname(createRequire(import.meta.url).resolve('aws-cdk/package.json')),
  'bin/cdk',
);

export interface Cdk {
  /** With its `cdk.json`. */
  folder: string;
  /** For programs that speak to the emulator as the AWS account's owner. */
  environment: Record<string, string>;
  configure(input: ConfigurationInput, more?: Record<string, unknown>): void;
  /** Runs the command line tool; throws with the end of its output when it fails. */
  run(...args: string[]): Promise<string>;
  /** Runs it, whatever comes of it. */
  attempt(...args: string[]): Promise<Ended>;
  /** Deploys what is configured and returns the stack's outputs. */
  deploy(...args: string[]): Promise<{ outputs: Record<string, string>; output: string }>;
}

/** The AWS CDK's command line tool, in a folder of its own, with no AWS set-up of the person in reach. */
export function makeCdk({
  folder,
  endpoint,
  baseUrl,
}: Pick<Deployment, 'folder' | 'endpoint' | 'baseUrl'>): Cdk {
  const environment = {
    PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
    HOME: folder,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: root.accessKeyId,
    AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
    AWS_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_VERSION_CHECK: '1',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CI: 'true',
    NO_COLOR: '1',
  };
  const outputsFile = join(folder, 'outputs.json');
  const attempt = (...args: string[]) =>
    runProgram(process.execPath, [CDK, '--no-notices', ...args], { cwd: folder, env: environment });
  const run = async (...args: string[]) => {
    const { status, output } = await attempt(...args);
    if (status === 0) return output;
    throw new Error(`cdk ${args.join(' ')} ended with ${status}: ${output.slice(-4_000)}`);
  };
  return {
    folder,
    environment,
    attempt,
    run,
    configure(input, more = {}) {
      const app = `"${process.execPath}" "${join(ROOT, 'test/deploy/app.ts')}"`;
      const context = { [CONTEXT_KEY]: input, [EMULATED_KEY]: { baseUrl }, ...more };
      writeFileSync(join(folder, 'cdk.json'), JSON.stringify({ app, context }, null, 2));
    },
    async deploy(...args) {
      const output = await run(
        ...['deploy', '--all', '--require-approval', 'never', '--progress', 'events'],
        ...['--outputs-file', outputsFile, ...args],
      );
      const outputs = JSON.parse(readFileSync(outputsFile, 'utf8')) as Record<
        string,
        Record<string, string>
      >;
      return { outputs: outputs['TokenCapture'] ?? {}, output };
    },
  };
}

/** Makes the account ready, and its bucket of assets readable without TLS. */
export async function bootstrap(cdk: Cdk, deletePolicy: (bucket: string) => Promise<unknown>) {
  await cdk.run('bootstrap', `aws://${ACCOUNT}/${REGION}`);
  await deletePolicy(`cdk-hnb659fds-assets-${ACCOUNT}-${REGION}`);
}
