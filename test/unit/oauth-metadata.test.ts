import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidProviderResponse } from '../../shared/errors.ts';
import { makeServers } from '../../shared/oauth/server.ts';
import { resolveProvider } from '../../shared/providers/resolve.ts';

const issuer = 'https://sso.example.com';
const provider = resolveProvider({ id: 'sso', issuer }, {}, 'providers.0');
const serverOf = (more: object) => {
  const endpoints = { authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t` };
  const body = JSON.stringify({ issuer, ...endpoints, ...more });
  return makeServers(
    async () => ({ status: 200, headers: {}, body }),
    () => 0,
  )(provider);
};

test('an endpoint of the metadata that is no URL was a TypeError at the first request', async () => {
  for (const wrong of [7, '', 'token', {}, []]) {
    await assert.rejects(serverOf({ token_endpoint: wrong }), InvalidProviderResponse);
    await assert.rejects(serverOf({ revocation_endpoint: wrong }), InvalidProviderResponse);
  }
});

test('a list of the metadata that is none was a TypeError', async () => {
  for (const name of [
    'code_challenge_methods_supported',
    'token_endpoint_auth_methods_supported',
  ]) {
    await assert.rejects(serverOf({ [name]: 7 }), InvalidProviderResponse, name);
  }
});

test('an endpoint of null is one that the issuer does not have', async () => {
  const { revocationUrl, userInfoUrl } = await serverOf({
    revocation_endpoint: null,
    userinfo_endpoint: null,
  });
  assert.deepEqual([revocationUrl, userInfoUrl], [undefined, undefined]);
});
