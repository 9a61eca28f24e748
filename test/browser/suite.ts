import { after, type TestContext } from 'node:test';

const endings: (() => unknown)[] = [];

after(async () => {
  for (const end of endings.reverse()) await end();
});

/** What lasts as long as its test file, started at its top; ended after its tests, the last one first. */
export const suite: Pick<TestContext, 'after'> = {
  after: (end?: unknown) => void endings.push(end as () => unknown),
};
