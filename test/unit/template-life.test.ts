import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EXISTING_KEY, ON_DESTROY_KEY } from '../../infra/constructs/token-capture-stack.ts';
import { onlyResource, resourcesOf, synthesize } from '../support/synthesize.ts';

const input = { providers: ['github', 'google'] };
const key = 'arn:aws:kms:eu-west-1:123456789012:key/5f0e2ad4-33c2-4f43-9a05-2f1e6f6b9a10';
const stream =
  'arn:aws:dynamodb:eu-west-1:123456789012:table/left-by-another/stream/2026-11-26T21:00:00.000';
const existing = { table: 'left-by-another', stream, key, secrets: ['github'] };

describe('what is there already', () => {
  const { template } = synthesize(input, { [EXISTING_KEY]: existing });
  const text = JSON.stringify(template);

  test('is not made again', () => {
    assert.deepEqual(resourcesOf(template, 'AWS::DynamoDB::GlobalTable'), {});
    assert.deepEqual(resourcesOf(template, 'AWS::KMS::Key'), {});
    assert.equal(
      onlyResource(template, 'AWS::SecretsManager::Secret').Properties['Name'],
      'oauth2-token-capture/google',
    );
  });

  test('is what functions use, and have rights on', () => {
    assert.match(text, /"TABLE_NAME":"left-by-another"/);
    assert.match(text, /:table\/left-by-another"/);
    assert.ok(text.includes(`"EventSourceArn":"${stream}"`));
    assert.ok(text.includes(`"KEY_ID":"${key}"`));
    assert.ok(text.includes(`"Resource":"${key}"`));
    assert.match(text, /:secret:oauth2-token-capture\/github-\?\?\?\?\?\?"/);
  });

  test('may come as JSON, from the command line', () => {
    const { template: same } = synthesize(input, { [EXISTING_KEY]: JSON.stringify(existing) });
    assert.deepEqual(same.Outputs['Existing'], template.Outputs['Existing']);
  });

  const mistakes: [unknown, string][] = [
    ['[', ': expected JSON'],
    [7, ': expected an object of table, stream, key, secrets'],
    [{ tables: 'x' }, '.tables: no such field (table, stream, key, secrets)'],
    [{ ...existing, table: 'a b' }, '.table: expected the name of a table'],
    [{ ...existing, stream: 'x' }, ".stream: expected the ARN of the table's stream"],
    [{ table: 'left-by-another', key }, ': expected table and stream together'],
    [{ ...existing, key: 'alias/x' }, '.key: expected the ARN of a KMS key'],
    [{ table: 'left-by-another' }, ': expected table and key together'],
    [{ secrets: ['gitlab'] }, '.secrets: expected a list of configured providers (github, google)'],
  ];
  for (const [value, message] of mistakes) {
    test(`a mistake is named: ${message.slice(1)}`, () => {
      assert.throws(
        () => synthesize(input, { [EXISTING_KEY]: value }),
        (error: Error) => error.message.startsWith(`${EXISTING_KEY}${message}`),
      );
    });
  }
});

describe('what becomes of it when the stack is destroyed', () => {
  test('it is kept, and the stack is protected', () => {
    const { stack, template } = synthesize(input);
    assert.equal(stack.terminationProtection, true);
    const kept = Object.values(template.Resources)
      .filter(({ DeletionPolicy }) => /^Retain/.test(DeletionPolicy ?? ''))
      .map(({ Type }) => Type);
    assert.deepEqual([...new Set(kept)].sort(), [
      'AWS::DynamoDB::GlobalTable',
      'AWS::KMS::Key',
      'AWS::Logs::LogGroup',
      'AWS::SecretsManager::Secret',
    ]);
  });

  test('with "delete" nothing is kept, and nothing is protected', () => {
    const { stack, template } = synthesize(input, { [ON_DESTROY_KEY]: 'delete' });
    assert.equal(stack.terminationProtection, false);
    for (const { Type, DeletionPolicy } of Object.values(template.Resources)) {
      assert.doesNotMatch(DeletionPolicy ?? '', /Retain/, Type);
    }
    assert.doesNotMatch(JSON.stringify(template), /"DeletionProtectionEnabled":true/);
  });

  test('another word is a mistake', () => {
    assert.throws(
      () => synthesize(input, { [ON_DESTROY_KEY]: 'yes' }),
      /token-capture:on-destroy: expected "keep" or "delete"/,
    );
  });
});
