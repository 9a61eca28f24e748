import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { authenticateClient, basicCredentials } from '../../shared/oauth/client-authentication.ts';
import { Secret } from '../../shared/secret.ts';

const decoded = (header: string) => Buffer.from(header.slice(6), 'base64').toString('utf8');

test('what a form need not escape stays: servers that do not decode take the usual secrets', () => {
  const secret = 'GOCSPX-1mVw_FTj.GIX*';
  assert.equal(decoded(basicCredentials('id-1_a.b', new Secret(secret))), `id-1_a.b:${secret}`);
});

test('what a form escapes is escaped (RFC 6749 section 2.3.1)', () => {
  assert.equal(
    decoded(basicCredentials('a:b c', new Secret("x+y/z=%~!'()é"))),
    'a%3Ab+c:x%2By%2Fz%3D%25%7E%21%27%28%29%C3%A9',
  );
});

test('any id and secret come back from a form decoder', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 });
  fc.assert(
    fc.property(text, text, (id, secret) => {
      const [first, second] = decoded(basicCredentials(id, new Secret(secret))).split(/:(.*)/s);
      const form = new URLSearchParams(`id=${first}&secret=${second}`);
      assert.deepEqual([form.get('id'), form.get('secret')], [id, secret]);
    }),
  );
});

test('the client proves itself one way only', () => {
  const secret = new Secret('s');
  const basic = authenticateClient('client_secret_basic', 'id', secret);
  assert.deepEqual([Object.keys(basic.headers), basic.parameters], [['authorization'], {}]);
  assert.deepEqual(authenticateClient('client_secret_post', 'id', secret), {
    headers: {},
    parameters: { client_id: 'id', client_secret: 's' },
  });
  assert.deepEqual(authenticateClient('none', 'id', secret), {
    headers: {},
    parameters: { client_id: 'id' },
  });
});
