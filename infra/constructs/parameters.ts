import { Stack } from 'aws-cdk-lib';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { type ServiceFunction, serviceFunctions } from '../../shared/routes.ts';

export interface ParametersProps {
  baseUrl: string;
  functionArns: Record<ServiceFunction, string>;
  eventBusArn: string;
}

/**
 * What other stacks read, without an export that would tie them to this one. The alias of a caller is
 * the function's ARN with `:<caller>` behind it, so that callers need no parameters of their own.
 */
export class Parameters extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { baseUrl, functionArns, eventBusArn }: ParametersProps,
  ) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    const add = (name: string, description: string, stringValue: string) =>
      new StringParameter(this, name, {
        parameterName: `/oauth2-token-capture/${stackName}/${name}`,
        description,
        stringValue,
      });
    add('base-url', 'What browsers come to', baseUrl);
    add('event-bus', 'Where events of connections come', eventBusArn);
    for (const name of serviceFunctions) {
      add(`functions/${name}`, 'Invoke it as <this>:<caller>', functionArns[name]);
    }
  }
}
