import { App } from 'aws-cdk-lib';
import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api';
import { ConfigurationError } from '../../shared/errors.ts';
import { BillingStack } from './billing-stack.ts';

const app = new App({ context: CURRENTLY_RECOMMENDED_FLAGS });

try {
  new BillingStack(app, 'Billing', {
    // Kept in cdk.json, where the operator's tool finds the providers too.
    capture: app.node.getContext('token-capture'),
    terminationProtection: true,
  });
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exit(1);
}
