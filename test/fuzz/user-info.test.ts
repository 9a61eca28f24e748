import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ProviderContext } from '../../shared/oauth/client.ts';
import type { TokenAnswer } from '../../shared/oauth/token-endpoint.ts';
import { readProfile } from '../../shared/oauth/user-info.ts';
import { defaultInstance, fillIn } from '../../shared/providers/instance.ts';
import { Secret } from '../../shared/secret.ts';
import { attempt, CANARY, fuzz } from '../support/fuzz.ts';
import { hostileText, jsonText, mutated } from '../support/hostile.ts';
import { wholeCatalog } from '../support/whole-catalog.ts';

const NAMES = [
  ...['id', 'sub', 'name', 'email', 'picture', 'data', 'user', 'viewer', 'account_id', 'login'],
  ...['ok', 'error', 'response', 'values', 'me', 'users', '0', '__proto__', 'toString'],
];
const long = `"${'a'.repeat(300)}"`;
const value = fc.constantFrom(`"${CANARY}"`, '"583231"', '583231', '"Ada"', 'true', long);
const json = jsonText(NAMES, value);
const response = fc.record({
  status: fc.constantFrom(200, 200, 200, 200, 401, 404, 429, 500),
  headers: fc.constant({}),
  body: fc.oneof(json, json, mutated(json), hostileText()),
});
const provider = fc.constantFrom(...Object.values(wholeCatalog.providers));
const parsed = json.map((text) => JSON.parse(text) as Record<string, unknown>);

const ERRORS = ['ProviderRejected', 'ProviderUnavailable', 'InvalidProviderResponse'] as const;

test('user information is an account and texts of bounded size, or a typed error', () =>
  fuzz(
    [provider, fc.array(response, { minLength: 1, maxLength: 3 }), parsed, hostileText()],
    ['profile', ...ERRORS],
    async (entry, responses, told, user) => {
      let asked = 0;
      const instance = { ...defaultInstance(entry), shop: 'my-shop', realm_id: '1' };
      const there = fillIn(entry, instance);
      const context = {
        ...{ provider: there, instance, clientSecret: new Secret(CANARY) },
        server: { userInfoUrl: there.userInfoUrl ?? 'https://id.example.com/me' },
        client: { clientId: 'client', clientSecret: new Secret(CANARY), fields: {} },
        ports: { http: async () => responses[asked++ % responses.length]! },
      } as unknown as ProviderContext;
      const answer = {
        accessToken: new Secret(CANARY),
        body: new Secret(told),
        idTokenClaims: { ...told, sub: '583231' },
      } as unknown as TokenAnswer;
      const { value: profile, error } = await attempt(() =>
        readProfile(context, answer, new URLSearchParams({ user })),
      );
      assert.ok(asked <= 3, `${asked} requests`);
      if (error !== undefined) {
        const name = ERRORS.find((each) => each === error.name);
        assert.ok(name !== undefined, error.name);
        return name;
      }
      const { account } = profile;
      assert.ok(account !== '' && account.isWellFormed() && !/\p{Cc}|\u202e/u.test(account));
      assert.ok(Buffer.byteLength(account) <= 256 && account === account.normalize('NFC'));
      for (const text of [profile.name, profile.email, profile.picture]) {
        assert.ok(text === undefined || (typeof text === 'string' && text !== ''));
      }
      assert.ok(JSON.stringify(profile.userInfo ?? null).length <= 64 * 1024);
      return 'profile';
    },
  ));
