import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Stack } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { ConfigurationInput } from '../../infra/configuration.ts';
import { synthesize } from '../support/synthesize.ts';

/** Findings of cdk-nag's AWS Solutions rules that stay, with the reason. */
const ACCEPTED: Record<string, string> = {
  'AwsSolutions-APIG4':
    'Browsers of people who have no account here come in: a connect session is what lets them, and the functions check it.',
  'AwsSolutions-SMG4':
    'A client secret is made by the provider, on its own page: nothing can rotate it but a person. It is replaced without a deployment.',
};

/** With traces: X-Ray knows no resources. */
const ACCEPTED_WITH_TRACING = {
  ...ACCEPTED,
  'AwsSolutions-IAM5[Resource::*]': 'PutTraceSegments and PutTelemetryRecords have no resource.',
};

function findingsOf(stack: Stack): string[] {
  const { violations } = new AwsSolutionsChecks().validateScope(stack);
  return [...new Set(violations.map(({ ruleName }) => ruleName))].sort();
}

/** A finding that is gone has to go from the list, too. */
function requireExplained(input: Partial<ConfigurationInput>, accepted: Record<string, string>) {
  const { stack } = synthesize({ providers: ['github'], ...input });
  assert.deepEqual(findingsOf(stack), Object.keys(accepted).sort());
}

test('the AWS Solutions rules find nothing but what is explained', () => {
  requireExplained({}, ACCEPTED);
});

test('neither do they with a domain of one’s own', () => {
  requireExplained(
    {
      domainName: 'connect.example.com',
      hostedZone: { id: 'Z0123456789ABC', name: 'example.com' },
    },
    ACCEPTED,
  );
});

test('traces add the one statement that names every resource', () => {
  requireExplained({ tracing: true }, ACCEPTED_WITH_TRACING);
});
