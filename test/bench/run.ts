import { parseArgs } from 'node:util';
import { millionCalls, monthly } from './costs.ts';
import { measureGetToken } from './get-token.ts';
import { simulate } from './scale.ts';

// npm run bench: ten million connections, simulated, what they cost, and get-token against one read of a row.
// With --json one JSON value instead of the tables.
const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
if (values.json) console.info = () => {};

const outages = { ours: await simulate('ours'), providers: await simulate('providers') };
const costs = {
  'at rest': monthly(await simulate('ours', 0)),
  'two in a hundred in use': monthly(outages.ours),
  'a million calls of get-token': {
    'key in memory': millionCalls(0),
    'a KMS call each': millionCalls(1),
  },
};
const getToken = await measureGetToken();

if (values.json) {
  process.stdout.write(`${JSON.stringify({ outages, costs, getToken }, null, 2)}\n`);
} else {
  print('Ten million connections; a day without the sweep', outages.ours);
  print('The same; a day without the providers', outages.providers);
  for (const [what, dollars] of Object.entries(costs)) {
    print(`US dollars a month, ${what}`, inCents(dollars));
  }
  print('get-token with a valid token, CPU ms', getToken.cpu);
  print('Ratios', getToken.ratios);
  print('Calls to AWS of a warm get-token', getToken.calls);
}
process.exit(0);

function print(heading: string, rows: object): void {
  console.log(`\n${heading}`);
  console.table(rows);
}

function inCents(costs: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(costs).map(([name, cost]) => [name, Math.round(cost * 100) / 100]),
  );
}
