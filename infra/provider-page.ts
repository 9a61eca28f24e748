import { defaultInstance, fillIn, placeholdersOf } from '../shared/providers/instance.ts';
import type { Provider } from '../shared/providers/provider.ts';

/** What a person needs who sets a provider up, as a page of Markdown. `base`: the entry that it extends. */
export function providerPage(provider: Provider, base: string | undefined): string {
  const parts = [
    heading(provider, base),
    registration(provider),
    scopes(provider),
    ownValues(provider),
    lifetimes(provider),
    ending(provider),
    protocol(provider),
    ...(provider.notes === undefined ? [] : [`## Good to know\n\n${provider.notes}`]),
    `Source: <${provider.source}>, read ${provider.checked}.`,
  ];
  return `<!-- Made by "npm run generate" from shared/providers/catalog/${provider.id}.ts. -->
${parts.filter(Boolean).join('\n\n')}
`;
}

const code = (text: string) => `\`${text}\``;
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const table = (head: [string, string], rows: [string, string][]) =>
  [
    `| ${head[0]} | ${head[1]} |`,
    '|---|---|',
    ...rows.map(([a, b]) => `| ${cell(a)} | ${cell(b)} |`),
  ].join('\n');

function heading({ id, name }: Provider, base: string | undefined): string {
  const server =
    base === undefined ? '' : ` It is a product of the server of [${code(base)}](${base}.md).`;
  return `# ${name}

Id ${code(id)}: add it to ${code('providers')} in ${code('cdk.json')}.${server}`;
}

/** Without a connection's own values there may be nobody to ask whether a client is good. */
const canBeAsked = (provider: Provider) =>
  placeholdersOf(fillIn(provider, defaultInstance(provider)).tokenUrl ?? '').length === 0;

function registration(provider: Provider): string {
  const { id, registration: there, clientFields } = provider;
  if (there === undefined) return '';
  const steps = [`Open <${there.url}>.`, ...(there.steps ?? [])];
  const extra = Object.entries(clientFields);
  const fields = extra.map(([field]) => ` --field ${field}=...`).join('');
  return `## Register an application

${steps.map((step, i) => `${i + 1}. ${step}`).join('\n')}

${table(
  ['There', 'Here'],
  [
    [
      `**${there.redirectUriField}**`,
      `${code(`<base URL>/${id}/callback`)}, which \`npm start\` and the deployed stack print`,
    ],
    [`**${there.clientIdField}**`, code('--client-id')],
    [
      `**${there.clientSecretField}**`,
      'asked for without echo, or on standard input with `--client-secret-stdin`',
    ],
    ...extra.map(([field, what]): [string, string] => [what, code(`--field ${field}=...`)]),
  ],
)}

\`\`\`sh
npx token-capture providers set ${id} --client-id ...${fields}${
    canBeAsked(provider) ? `\nnpx token-capture providers check ${id}` : ''
  }
\`\`\``;
}

function scopes({ scopes: asked, scopeDescriptions }: Provider): string {
  const all = [...new Set([...asked, ...Object.keys(scopeDescriptions)])];
  if (all.length === 0) return '## Scopes\n\nNone: what is granted is chosen at the provider.';
  const others =
    'Ask for others with the `scopes` of a connect session, or with `--scope` for all.';
  return `## Scopes

${asked.length === 0 ? 'None is asked for unless you say so.' : 'Those in bold are asked for unless you say otherwise.'} ${others}

${table(
  ['Scope', 'What a person reads'],
  all.map((scope) => [
    asked.includes(scope) ? `**${code(scope)}**` : code(scope),
    scopeDescriptions[scope] ?? '',
  ]),
)}`;
}

function ownValues({ values = {}, kept = [] }: Provider): string {
  const asked = Object.entries(values);
  if (asked.length === 0 && kept.length === 0) return '';
  const rows = [
    ...asked.map(([name, { label, example, default: preset }]): [string, string] => [
      code(name),
      `${label}, such as ${code(example)}${preset === undefined ? '' : `; ${code(preset)} unless another is given`}: asked for on the connect page, or given in \`create-connect-session\``,
    ]),
    ...kept.map(({ name, from }): [string, string] => [
      code(name),
      from === 'callback'
        ? 'told by the provider on the way back'
        : 'told by the provider with the token',
    ]),
  ];
  return `## What a connection has of its own

\`get-token\` and \`list-connections\` hand it out as \`instance\`.

${table(['Name', 'What'], rows)}`;
}

function lifetimes(provider: Provider): string {
  const { refresh, refreshExchange, rotation } = provider;
  const rows: [string, string][] = [];
  const add = (what: string, seconds: number | undefined) => {
    if (seconds !== undefined) rows.push([what, duration(seconds)]);
  };
  add('An access token, where the answer does not say', provider.accessTokenLifetime);
  add('A refresh token that is not used', provider.refreshTokenIdleLifetime);
  add('A refresh token, used or not', provider.refreshTokenLifetime);
  add('From consent until the person must consent again', provider.consentLifetime);
  add('A refresh token that was replaced still works for', provider.refreshGraceSeconds);
  const how = refresh
    ? {
        none: 'Tokens are refreshed; the refresh token stays the same.',
        rotates: 'Tokens are refreshed; each refresh brings a new refresh token.',
        single_use: 'Tokens are refreshed; each refresh token works once.',
        unknown: 'Tokens are refreshed where the provider gives a refresh token.',
      }[rotation ?? 'unknown']
    : refreshExchange === undefined
      ? 'There is no refresh token: when the access token has ended, the person connects again.'
      : 'There is no refresh token: an access token is exchanged for the next one while it is valid, in the second half of its life.';
  return `## Lifetimes\n\n${how}${rows.length === 0 ? '' : `\n\n${table(['What', 'How long'], rows)}`}`;
}

function duration(seconds: number): string {
  const units: [string, number][] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
    ['second', 1],
  ];
  const [unit, length] = units.find(([, each]) => seconds >= each && seconds % each === 0)!;
  const count = seconds / length;
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function ending({ revocationUrl, issuer, tokenUrl, revocationScope }: Provider): string {
  const offered = revocationUrl !== undefined || (issuer !== undefined && tokenUrl === undefined);
  const what = !offered
    ? 'The provider offers no revocation: `disconnect` answers `unsupported`, and the person can withdraw what she granted in her account there.'
    : revocationScope === 'grant'
      ? '`disconnect` ends everything that this person granted to your application, every connection of hers included.'
      : '`disconnect` revokes the tokens of this connection.';
  return `## Disconnecting\n\n${what}`;
}

function protocol(provider: Provider): string {
  const { pkce, pkceRequired, clientAuthentication = 'client_secret_basic' } = provider;
  const rows: [string, string | undefined][] = [
    ['Authorization', provider.authorizationUrl],
    ['Token', provider.tokenUrl],
    ['Refresh', provider.refreshUrl],
    ['Exchange', provider.exchange?.url],
    ['Refresh by exchange', provider.refreshExchange?.url],
    ['User information', provider.userInfoUrl],
    ['Revocation', provider.revocationUrl],
    ['Issuer', provider.issuer],
  ];
  const known = rows.flatMap(([what, url]): [string, string][] =>
    url === undefined ? [] : [[what, code(url)]],
  );
  const proof = pkce === false ? 'not sent' : `${pkce}${pkceRequired ? ', required' : ''}`;
  return `## Protocol

${table(
  ['What', 'Value'],
  [
    ...known,
    ['Client authentication', code(clientAuthentication)],
    ['PKCE', proof],
    ...departures(provider),
  ],
)}`;
}

/** Where requests are not what RFC 6749 alone would make them. */
function departures(provider: Provider): [string, string][] {
  const listed = (pairs: Record<string, string | null>, between: string) =>
    Object.entries(pairs)
      .map(([name, value]) => (value === null ? `no ${code(name)}` : code(name + between + value)))
      .join(' ');
  const rows: [string, string][] = [
    ['Callback', provider.responseMode === 'form_post' ? 'posted as a form' : ''],
    ['Token request', provider.tokenRequestFormat === 'json' ? 'JSON' : ''],
    ['Authorization parameters', listed(provider.authorizationParameters, '=')],
    ['Token parameters', listed(provider.tokenParameters, '=')],
    ['Refresh parameters', listed(provider.refreshParameters, '=')],
    ['Headers', listed(provider.headers, ': ')],
  ];
  return rows.filter(([, value]) => value !== '');
}
