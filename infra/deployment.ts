import * as v from 'valibot';
import {
  type BrowserFunction,
  browserFunctions,
  type FunctionName,
  functionNames,
} from '../shared/routes.ts';

/** Requests that one route of the HTTP API lets through; more are answered 429. */
export interface Throttle {
  /** A second. */
  rateLimit: number;
  /** At once. */
  burstLimit: number;
}

/** What a team may set otherwise for one function. */
export interface FunctionInput {
  /** 256 to 10240; CPU comes with it. */
  memoryMegabytes?: number;
  /** At least what the function needs, and 29 at most. */
  timeoutSeconds?: number;
  /** Executions at a time that are kept for this function, and the most that it may have. */
  reservedConcurrency?: number;
}

/** What concerns the deployment to AWS alone: `npm start` reads past it. */
export interface DeploymentInput {
  /** Host that browsers come to, in place of the API's own, which is switched off then. */
  domainName?: string;
  /** Certificate for `domainName`, in the stack's region. Left out: one is made, proved by `hostedZone`. */
  certificateArn?: string;
  /** Hosted zone of Route 53 that gets the record of `domainName`. Left out: the record is yours to make. */
  hostedZone?: { id: string; name: string };
  /** By browser function, for each of its routes. */
  throttle?: Partial<Record<BrowserFunction, Throttle>>;
  functions?: Partial<Record<FunctionName, FunctionInput>>;
  /** Invocations of `refresh-connection` at a time for what is due, ten refreshes each; default 10. */
  refreshConcurrency?: number;
  /** Days that logs are kept, the record of who read which token included; default 180. */
  logRetentionDays?: number;
  /** ARN of the SNS topic that alarms are sent to; left out: they show in the console alone. */
  alarmTopicArn?: string;
  /** Tokens that a caller reads in five minutes before an alarm goes off; default 3000. */
  alarmReadsPerCaller?: number;
  /** Traces of the functions in X-Ray; default `false`. */
  tracing?: boolean;
  /** ARN of a managed policy that bounds every role. */
  permissionsBoundaryArn?: string;
  /** On everything that can have some. */
  tags?: Record<string, string>;
  /** What the names of the secrets begin with; default: see `defaultSecretPrefix`. */
  secretPrefix?: string;
}

/** Days that CloudWatch Logs knows. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

/** A whole number between two, both included. */
export const whole = (from: number, to: number, expected: string) =>
  v.pipe(
    v.number(expected),
    v.integer(expected),
    v.minValue(from, expected),
    v.maxValue(to, expected),
  );

const text = (pattern: RegExp, expected: string) =>
  v.pipe(v.string(expected), v.regex(pattern, expected));

const throttleSchema = v.strictObject(
  {
    rateLimit: v.pipe(
      v.number('expected requests a second, above 0'),
      v.minValue(0.01, 'expected requests a second, above 0'),
    ),
    burstLimit: whole(1, 5_000, 'expected a whole number of requests from 1 to 5000'),
  },
  'expected {"rateLimit", "burstLimit"}',
);

const functionSchema = v.strictObject(
  {
    memoryMegabytes: v.optional(
      whole(256, 10_240, 'expected a whole number from 256 to 10240: the functions need 256'),
    ),
    timeoutSeconds: v.optional(whole(1, 29, 'expected a whole number of at most 29')),
    reservedConcurrency: v.optional(whole(1, 100_000, 'expected a whole number of at least 1')),
  },
  'expected an object of memoryMegabytes, timeoutSeconds, reservedConcurrency',
);

const HOST = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$/;
const CERTIFICATE = /^arn:[a-z-]+:acm:[a-z0-9-]+:\d{12}:certificate\/.+$/;
const POLICY = /^arn:[a-z-]+:iam::(\d{12}|aws):policy\/.+$/;
const TOPIC = /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/;
const PREFIX = /^[A-Za-z0-9_+=.@-]+(\/[A-Za-z0-9_+=.@-]+)*$/;

/** The fields of `DeploymentInput`, for the schema of the configuration. */
export const deploymentFields = {
  domainName: v.optional(
    text(HOST, 'expected a host name in lower-case letters, such as "connect.example.com"'),
  ),
  certificateArn: v.optional(text(CERTIFICATE, 'expected the ARN of a certificate of ACM')),
  hostedZone: v.optional(
    v.strictObject(
      {
        id: text(/^Z[A-Z0-9]+$/, 'expected the id of a hosted zone, such as "Z0123456789ABC"'),
        name: text(HOST, 'expected the name of the hosted zone, such as "example.com"'),
      },
      'expected {"id", "name"}',
    ),
  ),
  throttle: v.optional(byName(browserFunctions, throttleSchema)),
  functions: v.optional(byName(functionNames, functionSchema)),
  refreshConcurrency: v.optional(whole(2, 1_000, 'expected a whole number from 2 to 1000')),
  logRetentionDays: v.optional(
    v.picklist(RETENTION_DAYS, `expected one of ${RETENTION_DAYS.join(', ')}`),
  ),
  alarmTopicArn: v.optional(text(TOPIC, 'expected the ARN of an SNS topic')),
  alarmReadsPerCaller: v.optional(
    whole(1, 1_000_000_000, 'expected a whole number of at least 1, in five minutes'),
  ),
  tracing: v.optional(v.boolean('expected true or false')),
  permissionsBoundaryArn: v.optional(text(POLICY, 'expected the ARN of a managed policy')),
  tags: v.optional(
    v.record(
      text(/^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+@-]{1,128}$/u, 'expected a key that AWS allows'),
      text(/^[\p{L}\p{Z}\p{N}_.:/=+@-]{0,256}$/u, 'expected a value that AWS allows'),
      'expected an object of texts',
    ),
  ),
  secretPrefix: v.optional(
    v.pipe(
      text(PREFIX, 'expected letters, digits and _+=.@- in parts between slashes'),
      v.maxLength(256, 'expected at most 256 characters'),
    ),
  ),
};

function byName<Name extends string, T extends v.GenericSchema>(names: readonly Name[], each: T) {
  const members = Object.fromEntries(names.map((name) => [name, v.optional(each)]));
  return v.strictObject(members, `expected an object of ${names.join(', ')}`);
}
