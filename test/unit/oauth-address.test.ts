import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isLoopbackAddress,
  isLoopbackUrl,
  isPublicAddress,
  literalAddress,
} from '../../shared/address.ts';

test('addresses of the public internet', () => {
  for (const address of [
    '8.8.8.8',
    '1.1.1.1',
    '172.32.0.1',
    '223.255.255.255',
    '2606:4700::1111',
  ]) {
    assert.equal(isPublicAddress(address), true, address);
  }
});

test("addresses that are nobody's public server", () => {
  for (const address of [
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.168.1.1',
    '198.18.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'ff02::1',
    'not an address',
  ]) {
    assert.equal(isPublicAddress(address), false, address);
  }
});

test('whatever way a host is written, its address is seen', () => {
  for (const [url, address] of [
    ['http://2130706433/', '127.0.0.1'],
    ['http://0x7f.1/', '127.0.0.1'],
    ['http://0177.0.0.1/', '127.0.0.1'],
    ['http://127.1/', '127.0.0.1'],
    ['http://127.0.0.1./', '127.0.0.1'],
    ['http://１２７.0.0.1/', '127.0.0.1'],
    ['http://[::ffff:127.0.0.1]/', '::ffff:7f00:1'],
    ['http://[0:0::1]/', '::1'],
    ['http://example.com/', undefined],
  ] as const) {
    assert.equal(literalAddress(new URL(url).hostname), address, url);
  }
});

test('this machine', () => {
  for (const url of [
    'http://localhost:1',
    'http://127.0.0.1',
    'http://127.9.9.9',
    'http://[::1]',
  ]) {
    assert.equal(isLoopbackUrl(new URL(url)), true, url);
  }
  for (const url of [
    'http://localhost.example.com',
    'http://10.0.0.1',
    'http://0.0.0.0',
    'http://x',
  ]) {
    assert.equal(isLoopbackUrl(new URL(url)), false, url);
  }
  assert.equal(isLoopbackAddress('localhost'), false);
});
