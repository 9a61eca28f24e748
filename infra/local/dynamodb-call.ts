import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LocalDynamoDB } from './dynamodb.ts';

/** An answer of DynamoDB that has not been sent yet. */
export interface CapturedAnswer {
  status: number;
  headers: Record<string, string | number>;
  body: string;
}

/** Lets DynamoDB answer a request without sending the answer. */
export function captureAnswer(
  dynamoDB: LocalDynamoDB,
  request: Pick<IncomingMessage, 'headers' | 'method'>,
  body: Buffer,
): Promise<CapturedAnswer> {
  return new Promise((resolve) => {
    const headers: CapturedAnswer['headers'] = {};
    // What dynalite, and our own errors, use of a response.
    const response = {
      statusCode: 200,
      setHeader: (name: string, value: string) => {
        headers[name] = value;
      },
      writeHead: (status: number, more: Record<string, string>) => {
        response.statusCode = status;
        Object.assign(headers, more);
      },
      end: (text = '') => resolve({ status: response.statusCode, headers, body: text }),
    };
    dynamoDB.handle(request as IncomingMessage, response as unknown as ServerResponse, body);
  });
}

/** One operation, from within: its status and what it answered. */
export async function callDynamoDB(
  dynamoDB: LocalDynamoDB,
  operation: string,
  input: Record<string, unknown>,
  // biome-ignore lint/suspicious/noExplicitAny: as many shapes as operations
): Promise<{ status: number; output: any }> {
  const request = {
    method: 'POST',
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-date': '20260101T000000Z',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    },
  };
  const { status, body } = await captureAnswer(
    dynamoDB,
    request,
    Buffer.from(JSON.stringify(input)),
  );
  return { status, output: JSON.parse(body) };
}
