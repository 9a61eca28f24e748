import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onlyResource, resourcesOf, synthesize } from '../support/synthesize.ts';

const providers = ['github'];
const plain = synthesize({ providers }).template;
const withDomain = synthesize({
  providers,
  domainName: 'connect.example.com',
  certificateArn: 'arn:aws:acm:eu-west-1:123456789012:certificate/6f0e2ad4',
}).template;

/** The variables of API Gateway's access log of which none holds a query, a header or a body. */
const HARMLESS = [
  'requestId',
  'requestTime',
  'identity.sourceIp',
  'httpMethod',
  'path',
  'routeKey',
  'status',
  'responseLength',
  'responseLatency',
  'integrationStatus',
  'integrationErrorMessage',
];

test('row 22: the access log has no field that shows a query', () => {
  for (const template of [plain, withDomain]) {
    const stage = onlyResource(template, 'AWS::ApiGatewayV2::Stage');
    const { Format } = stage.Properties['AccessLogSettings'] as { Format: string };
    const fields = Object.values(JSON.parse(Format) as Record<string, string>);
    assert.ok(fields.includes('$context.path'));
    for (const field of fields) {
      assert.ok(
        HARMLESS.some((variable) => field === `$context.${variable}`),
        field,
      );
    }
  }
});

test("row 50: with a domain of one's own the API's own address is off", () => {
  const addressIsOff = (template: typeof plain) =>
    onlyResource(template, 'AWS::ApiGatewayV2::Api').Properties['DisableExecuteApiEndpoint'];
  assert.deepEqual([addressIsOff(withDomain), addressIsOff(plain)], [true, false]);
  const mappings = Object.values(resourcesOf(withDomain, 'AWS::ApiGatewayV2::ApiMapping'));
  assert.equal(mappings.length, 1);
});
