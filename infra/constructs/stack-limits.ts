import { CfnOutput, CfnResource, Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { ConfigurationError } from '../../shared/errors.ts';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const RESOURCES_AT_MOST = 500;
export const OUTPUTS_AT_MOST = 200;

/** What CloudFormation counts in the stack of a construct, as far as it is made. */
export function stackSize(scope: IConstruct): { resources: number; outputs: number } {
  const stack = Stack.of(scope);
  const own = stack.node.findAll().filter((each) => Stack.of(each) === stack);
  return {
    resources: own.filter((each) => CfnResource.isCfnResource(each)).length,
    outputs: own.filter((each) => each instanceof CfnOutput).length,
  };
}

/** `ConfigurationError` where CloudFormation would refuse the stack, long after the synth. */
export function requireStackFits(scope: IConstruct, place: string, callers: number): void {
  const { resources, outputs } = stackSize(scope);
  if (resources > RESOURCES_AT_MOST) {
    throw new ConfigurationError(
      `${place}.callers`,
      `expected fewer than these ${callers}: they make ${resources} resources of the stack, and CloudFormation allows ${RESOURCES_AT_MOST}; a caller is an alias on each function of its "functions", so name only those that it needs`,
    );
  }
  if (outputs > OUTPUTS_AT_MOST) {
    throw new ConfigurationError(
      `${place}.providers`,
      `expected fewer: they make ${outputs} outputs of the stack, and CloudFormation allows ${OUTPUTS_AT_MOST}; give the others a stack of their own`,
    );
  }
}
