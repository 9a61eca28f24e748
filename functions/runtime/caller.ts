import { type Caller, type Configuration, mayInvoke } from '../../shared/configuration.ts';
import { CALLER_NAME } from '../../shared/identity.ts';
import type { ServiceFunction } from '../../shared/routes.ts';
import { denied, type Problem } from '../../shared/tokens/answers.ts';

/** Who invokes: known by the alias, which IAM has let through, and by nothing in the request. */
export interface InvokingCaller {
  name: string;
  policy: Caller;
}

/** The caller of an invocation, from `invokedFunctionArn` (`arn:aws:lambda:region:account:function:name:alias`). */
export function callerOf(
  { callers }: Configuration,
  functionName: ServiceFunction,
  invokedFunctionArn: string,
): InvokingCaller | Problem {
  const name = invokedFunctionArn.split(':')[7];
  const names = Object.keys(callers).join(', ');
  if (name === undefined || !CALLER_NAME.test(name)) {
    return denied(
      `invoke this function through the alias of a caller, as "${functionName}:<caller>" (${names})`,
    );
  }
  const policy = Object.hasOwn(callers, name) ? callers[name] : undefined;
  if (policy === undefined) {
    return denied(`"${name}" is not a configured caller (${names}): add it to callers and deploy`);
  }
  if (!mayInvoke(policy, functionName)) {
    return denied(
      `caller "${name}" may not invoke ${functionName}: ${
        name === 'operator'
          ? 'allow it with "operator": {"getToken": true} in the configuration'
          : 'add it to the functions of this caller in the configuration'
      }`,
    );
  }
  return { name, policy };
}
