import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type LocalOptions, type LocalRun, startLocal } from '../../infra/local/runner.ts';

/** Settings with which an SDK client reaches the local run. */
export const clientConfig = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  maxAttempts: 1,
});

/** A local run on a free port, in memory unless a folder is given; ends with the test. */
export async function startTestLocal(
  t: Pick<TestContext, 'after'>,
  options: Partial<LocalOptions> = {},
): Promise<LocalRun> {
  const local = await startLocal({ port: 0, routes: [], functions: {}, ...options });
  t.after(local.close);
  return local;
}

/** An empty folder that ends with the test. */
export async function temporaryFolder(t: Pick<TestContext, 'after'>): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'token-capture-'));
  // Tried again: what runs in the folder may end after it, and still write.
  t.after(() => rm(path, { recursive: true, force: true, maxRetries: 10 }));
  return path;
}

/** Every file below a folder, byte for byte as text. */
export function filesBelow(folder: string): { path: string; text: string }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, text: readFileSync(path, 'latin1') }));
}

export interface RawAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** A request whose every header, Host included, is the test's own. */
export function rawRequest(
  url: string,
  { method = 'GET', headers = {}, body = '' }: RawRequest = {},
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, async (response) => {
      try {
        const chunks: Buffer[] = [];
        for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        });
      } catch (error) {
        reject(error);
      }
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

export interface RawRequest {
  method?: string;
  headers?: Record<string, string | string[]>;
  body?: string;
}

/** Headers of a signed AWS request, as far as the local run looks at them. */
export const signed = (target?: string) => ({
  authorization:
    'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/x/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20260101T000000Z',
  ...(target && { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target }),
});
