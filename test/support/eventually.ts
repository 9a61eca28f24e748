import assert from 'node:assert/strict';

/** Waits until it holds, and fails after ten seconds. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail('it did not come to hold within 10 seconds');
}
