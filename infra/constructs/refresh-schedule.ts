import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';

const PERIOD = Duration.minutes(1);

/** Invokes a function each minute, with a role that may do no more. */
export class RefreshSchedule extends Construct {
  constructor(scope: Construct, id: string, target: IFunction) {
    super(scope, id);
    const { account, stackName } = Stack.of(this);
    const role = new Role(this, 'Role', {
      // Schedules of other accounts may not use it.
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
      inlinePolicies: {
        invoke: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['lambda:InvokeFunction'],
              resources: [target.functionArn],
            }),
          ],
        }),
      },
    });
    new CfnSchedule(this, 'Schedule', {
      name: `${stackName}-refresh-due`,
      description: 'Looks each minute for what has to be done for connections',
      scheduleExpression: 'rate(1 minute)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        // The next minute comes anyway.
        retryPolicy: { maximumRetryAttempts: 0, maximumEventAgeInSeconds: PERIOD.toSeconds() },
      },
    });
    // Runs that pile up while the function is throttled would ask the providers for many minutes at once.
    target.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: PERIOD });
  }
}
