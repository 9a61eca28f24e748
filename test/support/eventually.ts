import assert from 'node:assert/strict';

/** Waits until it holds, and fails when it has not after so many seconds. */
export async function eventually(
  holds: () => boolean | Promise<boolean>,
  seconds = 10,
): Promise<void> {
  for (let i = 0; i < seconds * 20; i++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(`it did not come to hold within ${seconds} seconds`);
}
