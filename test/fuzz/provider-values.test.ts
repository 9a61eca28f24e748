import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chosenValues, requireValues } from '../../shared/capture/values.ts';
import { valuesOfCallback, valuesOfTokens } from '../../shared/oauth/callback.ts';
import { fillIn, type Instance, urlsOf } from '../../shared/providers/instance.ts';
import type { Provider } from '../../shared/providers/provider.ts';
import { attempt, fuzz } from '../support/fuzz.ts';
import { hostileText, mutated } from '../support/hostile.ts';
import { wholeCatalog } from '../support/whole-catalog.ts';

const all = Object.values(wholeCatalog.providers);
const pick = (which: (provider: Provider) => boolean) => fc.constantFrom(...all.filter(which));

/** The end of a host that no value may change: what stands behind its last placeholder. */
const domainOf = (url: string) => /^https:\/\/([^/?#]*)/.exec(url)?.[1]?.replace(/^.*\}/, '');

/** Every address of the provider stays at the hosts that its entry names. */
function assertAtHome(provider: Provider, instance: Instance): void {
  const hosts = (provider.kept ?? []).flatMap((kept) => kept.hosts ?? []);
  const there = Object.fromEntries(urlsOf(fillIn(provider, instance)));
  for (const [field, template] of urlsOf(provider)) {
    const url = URL.parse(there[field]!);
    // A value that is not known yet leaves an address that cannot be parsed, or is refused when it is used.
    if (url === null || there[field]!.includes('{')) continue;
    assert.equal(url.protocol, 'https:');
    assert.deepEqual([url.username, url.password, url.port, url.hash], ['', '', '', '']);
    const domain = domainOf(template);
    const known = hosts.some((host) =>
      host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : url.hostname === host,
    );
    assert.ok(domain === undefined ? known : url.hostname.endsWith(domain), url.href);
    const path = new URL(template.replace(/^\{\w+\}/, 'https://host').replace(/\{\w+\}/g, 'v'));
    assert.equal(url.pathname.split('/').length, path.pathname.split('/').length, url.href);
  }
}

const asked = pick((provider) => provider.values !== undefined);
const typed = fc.oneof(
  mutated(fc.constantFrom('my-shop', 'acme.my', 'login', 'my-shop.myshopify.com')),
  hostileText('https://my-shop.myshopify.com/admin', 'acme.my.salesforce.com'),
);

test("row 25: what a person types leads to no host but the provider's", () =>
  fuzz([asked, typed], ['chosen', 'asked again'], async (provider, text) => {
    const { value: choice } = await attempt(() => chosenValues(provider, undefined, () => text));
    if (choice?.kind !== 'chosen') return 'asked again';
    assertAtHome(provider, choice.values);
    return 'chosen';
  }));

test("row 25: what a service gives leads to no host but the provider's", () =>
  fuzz([asked, typed], ['accepted', 'refused'], async (provider, text) => {
    const given = { [Object.keys(provider.values!)[0]!]: text };
    const { value: values, error } = await attempt(() => requireValues(provider, given));
    if (error !== undefined) {
      assert.equal(error.name, 'InvalidRequest');
      return 'refused';
    }
    assertAtHome(provider, values);
    return 'accepted';
  }));

const told = fc.oneof(
  mutated(fc.constantFrom('https://accounts.zoho.eu', 'acme.my.salesforce.com', '9130347')),
  hostileText('https://accounts.zoho.com', 'https://acme.my.salesforce.com/', 'https://'),
);

test('row 25: what a callback or a token response says leads to no other host or path', () =>
  fuzz(
    [pick((provider) => provider.kept !== undefined), told],
    ['kept', 'nothing', 'refused'],
    async (provider, text) => {
      const paths = provider.kept!.map(({ path }) => path);
      const callback = new URLSearchParams(paths.map((path): [string, string] => [path, text]));
      const body = Object.fromEntries(paths.map((path) => [path, text]));
      const { value: values, error } = await attempt(() => ({
        ...valuesOfCallback(provider, callback, false),
        ...valuesOfTokens(provider, body, false),
      }));
      if (error !== undefined) {
        assert.equal(error.name, 'InvalidProviderResponse');
        return 'refused';
      }
      assertAtHome(provider, values);
      return Object.keys(values).length > 0 ? 'kept' : 'nothing';
    },
  ));
