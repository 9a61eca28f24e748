import { App, CfnOutput } from 'aws-cdk-lib';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api';
import { TokenCaptureStack } from '../../infra/constructs/token-capture-stack.ts';

// The stack as it stands, and the role of a service beside it.
const stack = new TokenCaptureStack(
  new App({
    analyticsReporting: false,
    context: CURRENTLY_RECOMMENDED_FLAGS,
    builtinCloudFormationValidation: false,
  }),
);
const billing = new Role(stack, 'BillingService', { assumedBy: new AccountRootPrincipal() });
stack.tokenCapture.grant(billing, 'billing');
new CfnOutput(stack, 'BillingRole', { value: billing.roleArn });
