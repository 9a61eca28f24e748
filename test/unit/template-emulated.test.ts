import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EMULATED_KEY } from '../../infra/configuration.ts';
import { demoEntry } from '../../infra/local/demo-entry.ts';
import { synthesize, type Template } from '../support/synthesize.ts';

const baseUrl = 'http://localhost:4400';
const providers = ['github'];

/** The resources, without the digests of the bundles. */
function comparable({ Resources }: Template): unknown {
  const text = JSON.stringify(Resources)
    .replaceAll(/[0-9a-f]{64}/g, 'ASSET')
    .replaceAll(/CurrentVersion[0-9A-F]{8}[0-9a-f]{32}/g, 'CurrentVersion');
  return JSON.parse(text);
}

describe('the context of a deployment to an emulator', () => {
  const { template } = synthesize({ providers });
  const { template: emulated } = synthesize({ providers }, { [EMULATED_KEY]: { baseUrl } });

  test('without it nothing on loopback is accepted', () => {
    assert.throws(
      () => synthesize({ providers: [demoEntry('demo', 'http://127.0.0.1:9')] }),
      /token-capture\.providers\.0\.issuer: expected/,
    );
    synthesize(
      { providers: [demoEntry('demo', 'http://127.0.0.1:9')] },
      { [EMULATED_KEY]: { baseUrl } },
    );
  });

  test('it is the base URL', () => {
    assert.equal(emulated.Outputs['BaseUrl']!.Value, baseUrl);
    assert.notEqual(template.Outputs['BaseUrl']!.Value, baseUrl);
  });

  test('it takes the conditions on the encryption context and the alarm over a query away, and changes nothing else', () => {
    const { Resources } = template;
    const kept = Object.entries(Resources).filter(([, { Properties }]) => !Properties?.['Metrics']);
    assert.equal(Object.keys(Resources).length - kept.length, 1);
    const full = JSON.stringify(comparable({ ...template, Resources: Object.fromEntries(kept) }));
    const endpoint = /\{"Fn::GetAtt":\["BrowserApi[0-9A-F]{8}","ApiEndpoint"\]\}/g;
    const joined = full
      .replaceAll(endpoint, JSON.stringify(baseUrl))
      .replaceAll(
        /"Condition":\{"StringEquals":\{"kms:EncryptionContext:kind":\[[^\]]*\]\}\},?/g,
        '',
      )
      // The key's policy names the roles there, too.
      .replaceAll(/,"kms:EncryptionContext:kind":\[[^\]]*\]/g, '');
    assert.notEqual(joined, full);
    assert.deepEqual(withoutJoins(JSON.parse(joined)), withoutJoins(comparable(emulated)));
  });

  test('a value without a base URL is a mistake', () => {
    for (const value of [true, {}, { baseUrl: 7 }]) {
      assert.throws(
        () => synthesize({ providers }, { [EMULATED_KEY]: value }),
        /token-capture:emulated: expected \{"baseUrl"/,
      );
    }
  });
});

/** `Fn::Join` of literals as the text that it makes. */
function withoutJoins(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutJoins);
  if (typeof value !== 'object' || value === null) return value;
  const join = (value as Record<string, unknown>)['Fn::Join'];
  if (Array.isArray(join) && (join[1] as unknown[]).every((part) => typeof part === 'string')) {
    return (join[1] as string[]).join(String(join[0]));
  }
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutJoins(each)]));
}
