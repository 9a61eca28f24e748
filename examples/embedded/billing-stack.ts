import { join } from 'node:path';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import type { Construct } from 'constructs';
import { TokenCapture, type TokenCaptureProps } from '../../infra/token-capture.ts';

const ROOT = join(import.meta.dirname, '../..');

export interface BillingStackProps extends StackProps {
  capture: TokenCaptureProps;
}

/** A team's own stack: a service, and the construct that gives it tokens. */
export class BillingStack extends Stack {
  constructor(scope: Construct, id: string, { capture: props, ...rest }: BillingStackProps) {
    super(scope, id, rest);
    const capture = new TokenCapture(this, 'Capture', props);

    const service = new NodejsFunction(this, 'Service', {
      functionName: `${this.stackName}-service`,
      entry: join(import.meta.dirname, 'service.ts'),
      projectRoot: ROOT,
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      // Longer than get-token may take.
      timeout: Duration.seconds(35),
      environment: { GET_TOKEN: capture.functionArn('get-token', 'billing') },
      bundling: { externalModules: [], minify: true },
    });
    capture.grant(service, 'billing');

    new CfnOutput(this, 'ServiceFunction', { value: service.functionName });
  }
}
