import assert from 'node:assert/strict';
import { test } from 'node:test';
import shopify from '../../shared/providers/catalog/shopify.ts';
import { Secret } from '../../shared/secret.ts';

/** The vendor's example: https://hexdocs.pm/shopify_oauth/Shopify.OAuth.html keeps the edition that adds up. */
const EXAMPLE =
  'code=0907a61c0c8d55e99db179b68161bc00&hmac=700e2dadb827fcc8609e9d5ce208b2e9cdaab9df07390d2cbca10d7c328fc4bf&shop=some-shop.myshopify.com&state=0.6784241404160823&timestamp=1337178173';

function isVerified(query: string, { shop = 'some-shop', secret = 'hush' } = {}) {
  return shopify.hooks!.verifyCallback!({
    callback: new URLSearchParams(query),
    client: { clientId: 'c', clientSecret: new Secret(secret), fields: {} },
    instance: { shop },
  });
}

test('the documented callback is signed, in any order and case of the shop', () => {
  assert.equal(isVerified(EXAMPLE), true);
  assert.equal(isVerified(EXAMPLE.split('&').reverse().join('&')), true);
  assert.equal(isVerified(EXAMPLE, { shop: 'Some-Shop' }), true);
});

test('a callback that was changed, added to, unsigned or for another shop is not', () => {
  assert.equal(isVerified(EXAMPLE.replace('code=09', 'code=10')), false);
  assert.equal(isVerified(EXAMPLE.replace('some-shop', 'other-shop')), false);
  assert.equal(isVerified(`${EXAMPLE}&host=evil`), false);
  assert.equal(isVerified(`${EXAMPLE}&shop=evil.example.com`), false);
  assert.equal(isVerified(EXAMPLE.replace(/hmac=\w+&/, '')), false);
  assert.equal(isVerified(EXAMPLE.replace('hmac=700e', 'hmac=7')), false);
  assert.equal(isVerified(EXAMPLE, { shop: 'other-shop' }), false);
  assert.equal(isVerified(EXAMPLE, { secret: 'not-the-secret' }), false);
});
