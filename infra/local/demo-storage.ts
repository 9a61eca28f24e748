import { createHash } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, readFileSync } from 'node:fs';
import { errors } from 'oidc-provider';
import { writePrivateFile } from './private-file.ts';

interface Payload {
  grantId?: string;
  uid?: string;
  /** Seconds since the epoch. */
  exp?: number;
  consumed?: number;
  [more: string]: unknown;
}

/** What oidc-provider asks of a store, per model (`RefreshToken`, `Grant`, ...). */
export interface DemoAdapter {
  upsert(id: string, payload: Payload, expiresIn?: number): Promise<void>;
  find(id: string): Promise<Payload | undefined>;
  findByUid(uid: string): Promise<undefined>;
  findByUserCode(code: string): Promise<undefined>;
  consume(id: string): Promise<void>;
  destroy(id: string): Promise<void>;
  revokeByGrantId(grantId: string): Promise<void>;
}

/** What outlives a restart. Codes and open sign-ins do not: they live for minutes. */
const PERSISTENT = new Set(['AccessToken', 'Grant', 'Person', 'RefreshToken']);
const COMPACT_AFTER = 5000;

/**
 * The demo provider's store: a map in memory and, where a path is given, a journal of its lasting
 * part, one JSON line for each change. An id is the token itself, so ids are kept as hashes alone.
 */
export function openDemoStorage(path?: string): (model: string) => DemoAdapter {
  const entries = new Map<string, Payload>(path === undefined ? [] : readJournal(path));
  let written = 0;

  const compact = () => {
    const now = Date.now() / 1000;
    for (const [key, { exp }] of entries) if (exp !== undefined && exp < now) entries.delete(key);
    if (path === undefined) return;
    const lasting = [...entries].filter(([key]) => PERSISTENT.has(modelOf(key)));
    writePrivateFile(path, lasting.map(([key, payload]) => line(key, payload)).join(''));
  };
  compact();

  const set = (key: string, payload: Payload | undefined) => {
    if (payload) entries.set(key, payload);
    else if (!entries.delete(key)) return;
    // Appended before the answer is sent: a token that a client holds is known after a crash.
    if (path !== undefined && PERSISTENT.has(modelOf(key)))
      appendFileSync(path, line(key, payload));
    written += 1;
    if (written % COMPACT_AFTER === 0) compact();
  };
  const revokeGrant = (model: string, grantId: string) => {
    for (const [key, payload] of entries) {
      if (payload.grantId === grantId && modelOf(key) === model) set(key, undefined);
    }
  };

  return (model) => {
    const keyOf = (id: string) => `${model}:${hash(id)}`;
    return {
      upsert: async (id, { jti: _, ...payload }) => {
        // No single sign-on: every authorization asks who you are, so one may connect as another.
        if (model !== 'Session') set(keyOf(id), payload);
      },
      find: async (id) => {
        const payload = entries.get(keyOf(id));
        return payload && { ...payload, jti: id };
      },
      findByUid: async () => undefined,
      findByUserCode: async () => undefined,
      consume: async (id) => {
        const payload = entries.get(keyOf(id));
        // Of two requests that both found it unused, the second is a replay too.
        if (!payload || payload.consumed) {
          if (payload?.grantId) {
            for (const kind of ['AccessToken', 'RefreshToken']) revokeGrant(kind, payload.grantId);
          }
          throw new errors.InvalidGrant('already used');
        }
        set(keyOf(id), { ...payload, consumed: Math.floor(Date.now() / 1000) });
      },
      destroy: async (id) => set(keyOf(id), undefined),
      revokeByGrantId: async (grantId) => revokeGrant(model, grantId),
    };
  };
}

const hash = (id: string) => createHash('sha256').update(id).digest('base64url');
const modelOf = (key: string) => key.slice(0, key.indexOf(':'));
const line = (key: string, payload: Payload | undefined) =>
  `${JSON.stringify(payload ? [key, payload] : [key])}\n`;

function readJournal(path: string): Map<string, Payload> {
  const entries = new Map<string, Payload>();
  if (!existsSync(path)) return entries;
  chmodSync(path, 0o600);
  for (const text of readFileSync(path, 'utf8').split('\n')) {
    let entry: [string, Payload?];
    try {
      entry = JSON.parse(text);
    } catch {
      // A last line that a crash cut short was never acknowledged.
      continue;
    }
    const [key, payload] = entry;
    if (payload) entries.set(key, payload);
    else entries.delete(key);
  }
  return entries;
}
