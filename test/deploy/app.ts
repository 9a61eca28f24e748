import { App, CfnOutput } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { CURRENTLY_RECOMMENDED_FLAGS } from 'aws-cdk-lib/cx-api';
import { TokenCaptureStack } from '../../infra/constructs/token-capture-stack.ts';

// The stack as it stands; beside it the role of a service, and a queue that gets the events.
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

const { events } = stack.tokenCapture;
const queue = new Queue(stack, 'EventQueue');
new Rule(stack, 'EventRule', {
  eventBus: events,
  eventPattern: { source: ['oauth2-token-capture'], detail: { version: [1] } },
  targets: [new SqsQueue(queue)],
});
new CfnOutput(stack, 'EventQueueUrl', { value: queue.queueUrl });
