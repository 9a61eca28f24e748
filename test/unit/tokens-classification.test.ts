import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { memoryConnection, Reply } from '../support/memory-connection.ts';

/** What an answer to a refresh means: the grant has ended, our client is refused, later. */
type Meaning = 'needs_reauth' | 'misconfigured' | 'provider_unavailable';

interface Dialect {
  name: string;
  entry: Record<string, unknown>;
  instance?: Record<string, string>;
  answers: [status: number, body: unknown, Meaning][];
}

const later: Dialect['answers'] = [
  [429, {}, 'provider_unavailable'],
  [500, '<html>', 'provider_unavailable'],
  [503, { error: 'temporarily_unavailable' }, 'provider_unavailable'],
  [200, '{"access_token": "cut', 'provider_unavailable'],
  [200, {}, 'provider_unavailable'],
];

// As the servers answered when they were run, and as the vendors document it.
const dialects: Dialect[] = [
  {
    name: 'RFC 6749',
    entry: {},
    answers: [
      [400, { error: 'invalid_grant' }, 'needs_reauth'],
      [400, { error: 'interaction_required' }, 'needs_reauth'],
      [401, { error: 'invalid_client' }, 'misconfigured'],
      [401, '', 'misconfigured'],
      [400, { error: 'invalid_request' }, 'provider_unavailable'],
      [400, { error: 'invalid_scope' }, 'provider_unavailable'],
      ...later,
    ],
  },
  {
    name: 'Keycloak',
    entry: {},
    answers: [
      [401, { error: 'unauthorized_client' }, 'misconfigured'],
      [400, { error: 'invalid_grant', error_description: 'Token is not active' }, 'needs_reauth'],
    ],
  },
  {
    name: 'Dex, as it has to be described',
    entry: { tokenResponse: { errors: { invalid_request: 'invalid_grant' } } },
    answers: [[400, { error: 'invalid_request' }, 'needs_reauth']],
  },
  {
    name: 'GitHub',
    entry: { extends: 'github' },
    answers: [
      [200, { error: 'bad_refresh_token' }, 'needs_reauth'],
      [200, { error: 'incorrect_client_credentials' }, 'misconfigured'],
      [404, { error: 'Not Found' }, 'misconfigured'],
      ...later,
    ],
  },
  {
    name: 'Slack',
    entry: { extends: 'slack' },
    answers: [
      [200, { ok: false, error: 'invalid_refresh_token' }, 'needs_reauth'],
      [200, { ok: false, error: 'token_revoked' }, 'needs_reauth'],
      [200, { ok: false, error: 'bad_client_secret' }, 'misconfigured'],
      [200, { ok: false, error: 'invalid_client_id' }, 'misconfigured'],
      [200, { ok: false, error: 'internal_error' }, 'provider_unavailable'],
      [200, { ok: false, error: 'ratelimited' }, 'provider_unavailable'],
      ...later,
    ],
  },
  {
    name: 'Salesforce',
    entry: { extends: 'salesforce' },
    instance: { domain: 'login' },
    answers: [
      [
        400,
        { error: 'invalid_grant', error_description: 'expired access/refresh token' },
        'needs_reauth',
      ],
      [400, { error: 'invalid_client_id' }, 'misconfigured'],
      [400, { error: 'invalid_client' }, 'misconfigured'],
    ],
  },
  {
    name: 'Zoho',
    entry: { extends: 'zoho' },
    instance: { accounts_server: 'https://accounts.zoho.com' },
    answers: [
      [200, { error: 'invalid_code' }, 'needs_reauth'],
      [200, { error: 'invalid_client' }, 'misconfigured'],
      [200, { error: 'invalid_client_secret' }, 'misconfigured'],
      [400, { error: 'Access Denied' }, 'provider_unavailable'],
    ],
  },
  {
    name: 'Microsoft',
    entry: { extends: 'microsoft' },
    answers: [
      [400, { error: 'invalid_grant', error_codes: [700082] }, 'needs_reauth'],
      [400, { error: 'interaction_required' }, 'needs_reauth'],
      [401, { error: 'invalid_client', error_codes: [7000215] }, 'misconfigured'],
      [400, { error: 'unauthorized_client' }, 'misconfigured'],
    ],
  },
  {
    name: 'Atlassian',
    entry: { extends: 'atlassian' },
    answers: [
      [
        403,
        { error: 'unauthorized_client', error_description: 'refresh_token is invalid' },
        'needs_reauth',
      ],
      [401, { error: 'access_denied' }, 'misconfigured'],
    ],
  },
  {
    name: 'LinkedIn',
    entry: { extends: 'linkedin' },
    answers: [[400, { error: 'invalid_request' }, 'needs_reauth']],
  },
];

/** An access token that is exchanged for the next one. */
const exchanged: Dialect = {
  name: 'Instagram',
  entry: { extends: 'instagram' },
  answers: [
    [400, { error: { type: 'OAuthException', code: 190, error_subcode: 463 } }, 'needs_reauth'],
    [400, { error: { type: 'OAuthException', code: 2 } }, 'provider_unavailable'],
    [400, { error: { type: 'OAuthException', code: 4 } }, 'provider_unavailable'],
  ],
};

/** What `get-token` makes of an answer when its stored token was refused. */
async function meaningOf(dialect: Dialect, status: number, body: unknown, refreshToken?: string) {
  const one = await memoryConnection(
    dialect.entry,
    refreshToken === undefined ? {} : { refreshToken },
    400,
    () => new Reply(status, body),
    dialect.instance && { instance: dialect.instance },
  );
  try {
    const answer = await one.ask({ rejectedToken: 'first' });
    return { meaning: answer.status, row: (await one.row())! };
  } catch {
    return { meaning: 'misconfigured', row: (await one.row())! };
  }
}

for (const dialect of [...dialects, exchanged]) {
  describe(`row 9: ${dialect.name}`, () => {
    for (const [status, body, expected] of dialect.answers) {
      test(`${status} ${JSON.stringify(body)}: ${expected}`, async () => {
        const refreshToken = dialect === exchanged ? undefined : 'r';
        const { meaning, row } = await meaningOf(dialect, status, body, refreshToken);
        assert.equal(meaning, expected);
        assert.equal(row.status, expected === 'needs_reauth' ? 'needs_reauth' : 'connected');
      });
    }
  });
}
