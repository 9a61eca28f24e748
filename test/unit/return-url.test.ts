import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireReturnUrl, withOutcome } from '../../shared/capture/return-url.ts';

const allowed = ['https://app.example.com/settings', 'https://app.example.com/'];

test('a configured return URL is accepted, with any query', () => {
  for (const url of [
    'https://app.example.com/settings',
    'https://app.example.com/settings?tab=accounts&x=%2F%2Fe',
    'https://app.example.com/',
  ]) {
    assert.equal(requireReturnUrl(url, allowed), url);
  }
});

test('row 10: a return URL that is not on the list is refused, however it is written', () => {
  for (const url of [
    '//evil.example',
    '/\\evil.example',
    'https://app.example.com@evil.example/settings',
    'https://app.example.com%40evil.example/settings',
    'https://app.example.com.evil.example/settings',
    'https://evil.example/settings',
    'https://sub.app.example.com/settings',
    'javascript:alert(1)//https://app.example.com/settings',
    'https://app.example.com/settings\r\nset-cookie: a=b',
    'https://app.example.com/%2f%2fevil.example',
    'https://app.example.com/settings/../other',
    'https://app.example.com/settings/',
    'https://app.example.com/settings#fragment',
    'https:\\\\app.example.com\\settings',
    'http://app.example.com/settings',
    'https://app.example.com:8443/settings',
    ' https://app.example.com/settings',
    'https://app.exаmple.com/settings',
    `https://app.example.com/settings?${'x'.repeat(2_000)}`,
    '',
    7,
    null,
  ]) {
    assert.throws(
      () => requireReturnUrl(url, allowed),
      { name: 'InvalidRequest', field: 'returnUrl' },
      String(url),
    );
  }
});

test('an outcome replaces parameters of its names and keeps the others', () => {
  const url = withOutcome('https://app.example.com/s?status=connected&tab=1&reference=x', {
    provider: 'github',
    status: 'failed',
    reference: 'abc',
  });
  assert.equal(url, 'https://app.example.com/s?tab=1&provider=github&status=failed&reference=abc');
});
