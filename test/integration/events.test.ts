import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EventDetail } from '../../shared/events/capture-event.ts';
import { runTool } from '../support/cli.ts';
import { connectDemo } from '../support/connect-demo.ts';
import { eventually } from '../support/eventually.ts';
import { grantEnder } from '../support/grant-ender.ts';
import { startProduct } from '../support/product.ts';

test('a life of a connection comes to the bus: each change of its state once, no refresh', async (t) => {
  const product = await startProduct(t);
  const who = { owner: 'ada', provider: 'demo' };
  const named = ['--owner', 'ada', '--provider', 'demo'];
  const refreshed = () => product.invoke('get-token', { ...who, minValiditySeconds: 86_400 });
  const run = async (...argv: string[]) => {
    const done = await runTool([...argv, '--local', '--data', product.dataDirectory]);
    assert.equal(done.status, 0, done.stderr);
  };

  const endGrant = grantEnder(product);
  await connectDemo(product, 'ada');
  assert.equal((await refreshed())['status'], 'ok');
  await run('disable', ...named, '--reason', 'lost laptop');
  await run('enable', ...named);
  await endGrant();
  assert.equal((await refreshed())['status'], 'needs_reauth');
  await connectDemo(product, 'ada');
  await run('disable', '--owner', 'ada');
  await run('enable', '--owner', 'ada');
  await product.invoke('disconnect', who);

  await eventually(() => product.events().some((event) => event['detail-type'] === 'revoked'));
  const events = product.events().map((event) => {
    const { account, scope, reason } = event.detail as EventDetail;
    return [event['detail-type'], account, scope, reason].filter((part) => part !== undefined);
  });
  assert.deepEqual(events, [
    ['connected', 'ada'],
    ['disabled', 'ada', 'connection', 'lost laptop'],
    ['enabled', 'ada', 'connection'],
    ['needs_reauth', 'ada'],
    ['reconnected', 'ada'],
    ['disabled', 'owner'],
    ['enabled', 'owner'],
    ['disconnected', 'ada'],
    ['revoked', 'ada'],
  ]);
});
