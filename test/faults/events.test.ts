import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import type { EventDetail } from '../../shared/events/capture-event.ts';
import { connectDemo } from '../support/connect-demo.ts';
import { eventually } from '../support/eventually.ts';
import { makeFaultProxy } from '../support/fault-proxy.ts';
import { productForSuite } from '../support/product.ts';

const PUT = 'AWSEvents.PutEvents';
const proxy = makeFaultProxy();

describe('events while the bus is down', () => {
  const suite = productForSuite({ proxy });
  afterEach(() => {
    proxy.fate = () => 'pass';
  });

  const provider = 'demo';
  const connect = (owner: string) => connectDemo(suite(), owner);

  test('row 24: tokens are captured, refreshed and handed out; every event comes later, in order', async () => {
    const product = suite();
    const owners = ['ada', 'grace', 'joan'];
    let isDown = true;
    proxy.fate = ({ target }) => (target === PUT && isDown ? 'down' : 'pass');

    await Promise.all(owners.map(connect));
    for (const owner of owners) {
      const who = { owner, provider };
      const first = await product.invoke('get-token', who);
      assert.equal(first['status'], 'ok');
      const rejectedToken = first['accessToken'];
      const fresh = await product.invoke('get-token', { ...who, rejectedToken });
      assert.equal(fresh['status'], 'ok');
      assert.notEqual(fresh['accessToken'], rejectedToken);
      await connect(owner);
      assert.equal((await product.invoke('disconnect', who))['status'], 'disconnected');
    }
    await eventually(() => proxy.calls.includes(PUT));
    assert.deepEqual(product.events(), []);

    isDown = false;
    await eventually(() => product.events().length >= 4 * owners.length, 60);
    const events = product.events().map((event) => ({
      name: event['detail-type'],
      detail: event.detail as EventDetail,
    }));
    for (const owner of owners) {
      const own = events.filter(({ detail }) => detail.owner === owner);
      const once = new Map(own.map(({ name, detail }) => [detail.id, name]));
      assert.deepEqual([...once.values()], ['connected', 'reconnected', 'disconnected', 'revoked']);
      const sequences = own.map(({ detail }) => detail.sequence);
      assert.deepEqual(sequences, sequences.toSorted());
    }
  });
});
