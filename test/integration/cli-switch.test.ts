import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type CliRun, runTool } from '../support/cli.ts';
import { connectDemo } from '../support/connect-demo.ts';
import { type Product, productForSuite } from '../support/product.ts';

describe('token-capture disable and enable', () => {
  const suite = productForSuite();
  let product: Product;
  before(() => {
    product = suite();
  });

  const run = (argv: string[], how?: CliRun) =>
    runTool([...argv, '--local', '--data', product.dataDirectory], how);
  const of = (owner: string) => ['--owner', owner, '--provider', 'demo'];

  const connect = (owner: string, login?: string) => connectDemo(product, owner, login);
  const statusOf = async (owner: string) =>
    (await product.invoke('get-token', { owner, provider: 'demo' }))['status'];

  test('a connection is switched off with a reason, and on again', async () => {
    await connect('one');
    const off = await run(['disable', ...of('one'), '--reason', 'lost laptop']);
    assert.equal(off.status, 0, off.stderr);
    assert.equal(off.stdout, 'Disabled: the connection of owner one to demo as ada.\n');
    const get = await run(['token', 'get', ...of('one')]);
    assert.equal(get.status, 1);
    assert.match(get.stderr, /disabled: demo is switched off \(lost laptop\)/);
    const list = await run(['connections', 'list', '--owner', 'one', '--json']);
    const { connections } = list.json() as { connections: { status: string }[] };
    assert.deepEqual(
      connections.map(({ status }) => status),
      ['disabled'],
    );

    const on = await run(['enable', ...of('one'), '--json']);
    assert.deepEqual(on.json(), {
      status: 'enabled',
      kind: 'connection',
      owner: 'one',
      provider: 'demo',
      account: 'ada',
      wasDisabled: true,
    });
    assert.equal(await statusOf('one'), 'ok');
    const again = await run(['enable', ...of('one')]);
    assert.match(again.stdout, /was not disabled/);
  });

  test('an owner, and everything', async () => {
    await connect('two');
    for (const subject of [['--owner', 'two'], ['--all']]) {
      const off = await run(['disable', ...subject, ...(subject.length === 1 ? ['--yes'] : [])]);
      assert.equal(off.status, 0, off.stderr);
      // What was read before is believed for 5 seconds.
      await sleep(5_000);
      assert.equal(await statusOf('two'), 'disabled');
      const on = (await run(['enable', ...subject, '--json'])).json() as { wasDisabled: boolean };
      assert.equal(on.wasDisabled, true);
    }
    await sleep(5_000);
    assert.equal(await statusOf('two'), 'ok');
  });

  test('what is not clear or not there is said, and nothing is switched', async () => {
    for (const [argv, words] of [
      [[], /name --owner, --provider, both/],
      [['--all', '--owner', 'x'], /--all alone/],
      [['--owner', 'x', '--account', 'y'], /add --owner and --provider/],
      [['--all'], /add --yes/],
    ] as const) {
      const refused = await run(['disable', ...argv]);
      assert.equal(refused.status, 2, refused.stderr);
      assert.match(refused.stderr, words);
    }
    await connect('three', 'ada');
    await connect('three', 'bob');
    for (const [argv, words] of [
      [['--provider', 'nowhere'], /"nowhere" is not a configured provider/],
      [of('nobody'), /this owner has no connection to demo/],
      [[...of('three'), '--account', 'eve'], /this owner has no connection to demo/],
      [of('three'), /2 accounts at demo, one of which --account names: ada, bob/],
    ] as const) {
      const refused = await run(['disable', ...argv]);
      assert.equal(refused.status, 1, refused.stderr);
      assert.match(refused.stderr, words);
    }
    const chosen = await run(['disable', ...of('three'), '--account', 'bob']);
    assert.equal(chosen.status, 0, chosen.stderr);
    const list = await product.invoke<{ connections: { account: string; status: string }[] }>(
      'list-connections',
      { owner: 'three' },
    );
    assert.deepEqual(
      list.connections.map(({ account, status }) => [account, status]),
      [
        ['ada', 'connected'],
        ['bob', 'disabled'],
      ],
    );
  });

  test('--revoke disconnects what is concerned; interrupted, the next run goes on', async () => {
    const owners = Array.from({ length: 8 }, (_, i) => `revoke-${i}`);
    for (const owner of owners) await connect(owner);
    const live = async () => {
      const lists = owners.map((owner) =>
        product.invoke<{ connections: unknown[] }>('list-connections', { owner }),
      );
      return (await Promise.all(lists)).flatMap(({ connections }) => connections).length;
    };
    const revoke = ['disable', '--provider', 'demo', '--revoke', '--json'];
    const first = await run(revoke, {
      meanwhile: async (child) => {
        while ((await live()) === owners.length) await sleep(20);
        child.kill('SIGINT');
      },
    });
    assert.equal(first.status, 1, first.stdout);
    assert.match(first.stderr, /interrupted \(.*revoked.*run the same command again to go on/);
    const left = await live();
    assert.ok(left > 0 && left < owners.length, String(left));

    const second = await run(revoke);
    assert.equal(second.status, 0, second.stderr);
    assert.match(second.stderr, /^\[#{24}\] 100 % {2}\d+ revoked/m);
    assert.equal(await live(), 0);
    const third = (await run(revoke)).json() as { revocation: Record<string, number> };
    assert.equal(third.revocation['revoked'], 0);
    assert.equal((await run(['enable', '--provider', 'demo'])).status, 0);
  });

  test('--revoke of an owner ends that owner alone', async () => {
    await connect('ends');
    await connect('stays');
    const off = await run(['disable', '--owner', 'ends', '--revoke', '--json']);
    assert.equal(off.status, 0, off.stderr);
    assert.deepEqual((off.json() as { revocation: unknown }).revocation, {
      revoked: 1,
      unsupported: 0,
      notRevoked: 0,
      skipped: 0,
      failed: 0,
    });
    assert.equal(await statusOf('stays'), 'ok');
  });
});
