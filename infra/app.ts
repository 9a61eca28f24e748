import { App } from 'aws-cdk-lib';
import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api';
import { ConfigurationError } from '../shared/errors.ts';
import { TokenCaptureStack } from './constructs/token-capture-stack.ts';

try {
  new TokenCaptureStack(
    new App({
      analyticsReporting: false,
      // The library's version is pinned, and so are its recommendations; cdk.json stays short.
      context: CURRENTLY_RECOMMENDED_FLAGS,
      // Half the time of a synth, for a template that the tests validate.
      builtinCloudFormationValidation: false,
    }),
  );
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exit(1);
}
