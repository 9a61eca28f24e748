import { Alias, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { type Caller, mayInvoke } from '../../shared/configuration.ts';
import { type ServiceFunction, serviceFunctions } from '../../shared/routes.ts';

/** One alias per caller on each service function that the caller may invoke: IAM tells callers apart by it. */
export class CallerAliases extends Construct {
  /** By caller. */
  readonly byCaller: Record<string, Partial<Record<ServiceFunction, Alias>>> = {};

  constructor(
    scope: Construct,
    id: string,
    callers: Record<string, Caller>,
    functions: Record<ServiceFunction, LambdaFunction>,
  ) {
    super(scope, id);
    for (const [name, caller] of Object.entries(callers)) {
      const own = new Construct(this, name);
      const aliases: Partial<Record<ServiceFunction, Alias>> = {};
      for (const functionName of serviceFunctions) {
        if (!mayInvoke(caller, functionName)) continue;
        aliases[functionName] = new Alias(own, functionName, {
          aliasName: name,
          version: functions[functionName].currentVersion,
        });
      }
      this.byCaller[name] = aliases;
    }
  }
}
