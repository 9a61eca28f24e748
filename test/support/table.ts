import { after, before } from 'node:test';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { openDynamoDB } from '../../infra/local/dynamodb.ts';
import { startServer } from '../../infra/local/server.ts';
import { ensureTable } from '../../infra/local/table.ts';
import { clientConfig } from './local.ts';

export interface TestTable {
  client: DynamoDBDocumentClient;
  name: string;
}

/**
 * A table of a suite's own in any DynamoDB: TABLE_ENDPOINT=http://127.0.0.1:8000 names another than the
 * embedded one.
 */
export function tableForSuite(): () => TestTable {
  const name = `contract-${process.pid}-${Date.now()}`;
  let table: TestTable | undefined;
  let close = async () => {};
  before(async () => {
    let endpoint = process.env['TABLE_ENDPOINT'];
    if (endpoint === undefined) {
      const dynamoDB = openDynamoDB(undefined);
      const server = await startServer({
        port: 0,
        stackName: 'Contract',
        routes: [],
        functions: {},
        services: {},
        dynamoDB,
      });
      endpoint = `http://127.0.0.1:${server.port}`;
      close = async () => {
        await server.close();
        await dynamoDB.close();
      };
    }
    await ensureTable(endpoint, name);
    const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientConfig(endpoint)), {
      marshallOptions: { removeUndefinedValues: true },
    });
    table = { client, name };
  });
  after(() => close());
  return () => table!;
}
