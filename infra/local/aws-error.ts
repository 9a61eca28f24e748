/** An error answer of an AWS service. `type` is the name that the SDK turns into a class. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  readonly type: string;
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

/** What an operation of a JSON service receives: the request's members, not yet trusted. */
export type AwsInput = Record<string, unknown>;
export type AwsOperation = (input: AwsInput) => unknown;

/** A string member, or undefined where it is left out. Throws `AwsError` for any other type. */
export function optionalString(input: AwsInput, name: string): string | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') {
    throw new AwsError('SerializationException', `${name}: expected a string`);
  }
  return value;
}

/** A string member that must be there. */
export function requiredString(input: AwsInput, name: string): string {
  const value = optionalString(input, name);
  if (value === undefined || value === '') {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value at '${name}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

/** A whole number within bounds, or undefined where it is left out. */
export function optionalInteger(
  input: AwsInput,
  name: string,
  least: number,
  most: number,
): number | undefined {
  const value = input[name];
  if (value === undefined || value === null) return undefined;
  if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) {
    return Number(value);
  }
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${JSON.stringify(value)} for parameter ${name} is invalid. Reason: Must be between ${least} and ${most}.`,
  );
}

/** A binary member (base64 on the wire), or undefined where it is left out. */
export function optionalBytes(input: AwsInput, name: string): Buffer | undefined {
  const value = optionalString(input, name);
  return value === undefined ? undefined : Buffer.from(value, 'base64');
}
