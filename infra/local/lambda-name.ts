import { AwsError } from './aws-error.ts';

export interface FunctionAddress {
  functionName: string;
  qualifier: string | undefined;
}

const ADDRESS =
  /^(?:arn:aws[\w-]*:lambda:[\w-]+:)?(?:\d{12}:)?(?:function:)?(?<name>[\w-]{1,140})(?::(?<qualifier>\$LATEST|[\w-]{1,128}))?$/;

/**
 * Which function and which qualifier an Invoke request names. The name may be a name, a partial ARN
 * or an ARN, each with a qualifier of its own, which must not contradict the one in the query.
 * Throws `AwsError`.
 */
export function parseFunctionAddress(text: string, queryQualifier?: string): FunctionAddress {
  const found = ADDRESS.exec(text)?.groups;
  if (!found?.['name']) {
    throw new AwsError(
      'ValidationException',
      "1 validation error detected: Value at 'functionName' failed to satisfy constraint: expected a name or an ARN",
    );
  }
  const own = found['qualifier'];
  if (own !== undefined && queryQualifier !== undefined && own !== queryQualifier) {
    throw new AwsError(
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    );
  }
  return { functionName: found['name'], qualifier: own ?? queryQualifier };
}
