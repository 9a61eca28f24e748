import { REGION } from './emulator.ts';

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Of the emulator's root user. */
export const root: Credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** What an SDK client needs to reach the emulator. */
export const clientConfig = (endpoint: string, credentials = root) => ({
  endpoint,
  region: REGION,
  credentials,
  maxAttempts: 1,
});

/**
 * A request to a service whose SDK client is no dependency of the project. The emulator decides on the
 * access key and verifies no signature.
 */
export async function request(
  endpoint: string,
  service: string,
  path: string,
  init: RequestInit = {},
): Promise<string> {
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const response = await fetch(new URL(path, endpoint), {
    ...init,
    headers: {
      ...init.headers,
      'x-amz-date': date,
      authorization: `AWS4-HMAC-SHA256 Credential=${root.accessKeyId}/${date.slice(0, 8)}/${REGION}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${service} ${path} (HTTP ${response.status}): ${text}`);
  return text;
}

/** A call in the query protocol (CloudFormation, IAM, STS); the answer is XML. */
export function query(
  endpoint: string,
  service: string,
  parameters: Record<string, string>,
): Promise<string> {
  return request(endpoint, service, '/', { method: 'POST', body: new URLSearchParams(parameters) });
}

/** The texts of an XML element, wherever it stands. */
export function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, text]) => text!);
}

/** Temporary credentials of a role. */
export async function assumeRole(endpoint: string, roleArn: string): Promise<Credentials> {
  const xml = await query(endpoint, 'sts', {
    Action: 'AssumeRole',
    Version: '2011-06-15',
    RoleArn: roleArn,
    RoleSessionName: 'deploy-test',
  });
  const only = (name: string) => elements(xml, name)[0]!;
  return {
    accessKeyId: only('AccessKeyId'),
    secretAccessKey: only('SecretAccessKey'),
    sessionToken: only('SessionToken'),
  };
}
