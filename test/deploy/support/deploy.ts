import { type DemoProvider, startDemoProvider } from '../../../infra/local/demo-provider.ts';
import { request } from './aws.ts';
import { bootstrap, makeCdk } from './cdk.ts';
import { configuration, type Deployment } from './deployment.ts';
import { startEmulator } from './emulator.ts';
import { startFront } from './front.ts';
import { pythonFolder } from './python.ts';
import type { Timings } from './timings.ts';

const client = { clientId: 'token-capture', clientSecret: 'a client secret of the deploy test' };

/** Starts everything, and deploys the stack for the first time. */
export async function deploy(
  folder: string,
  timings: Timings,
  atEnd: (ending: () => Promise<unknown>) => void,
): Promise<Deployment> {
  const { timed } = timings;
  const pythonBin = await timed('virtual environment', () => pythonFolder());
  const endpoint = await timed('emulator', () => startEmulator(pythonBin, folder));
  const front = await startFront(endpoint);
  atEnd(front.close);
  const demo = await startProvider(front.baseUrl);
  atEnd(demo.close);

  const cdk = makeCdk({ folder, endpoint, baseUrl: front.baseUrl });
  cdk.configure(configuration(demo.issuer));
  await timed('cdk bootstrap', () =>
    // Its policy refuses what is not TLS.
    bootstrap(cdk, (bucket) => request(endpoint, 's3', `/${bucket}?policy`, { method: 'DELETE' })),
  );
  const { outputs } = await timed('cdk deploy', () => cdk.deploy());
  return {
    ...{ endpoint, baseUrl: front.baseUrl, issuer: demo.issuer, client },
    ...{ folder, pythonBin, outputs },
  };
}

function startProvider(baseUrl: string): Promise<DemoProvider> {
  return startDemoProvider({
    ...client,
    port: 0,
    redirectUris: ['demo', 'second'].map((id) => `${baseUrl}/${id}/callback`),
  });
}
