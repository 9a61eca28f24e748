import { App } from 'aws-cdk-lib';
import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api';
import { ConfigurationError } from '../shared/errors.ts';
import { TokenCaptureStack } from './constructs/token-capture-stack.ts';

try {
  new TokenCaptureStack(
    // The library's version is pinned, and so are its recommendations; cdk.json stays short.
    new App({ analyticsReporting: false, context: CURRENTLY_RECOMMENDED_FLAGS }),
  );
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exit(1);
}
