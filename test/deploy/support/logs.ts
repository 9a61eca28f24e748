import { request } from './aws.ts';

async function call<Answer>(endpoint: string, action: string, body: object): Promise<Answer> {
  const text = await request(endpoint, 'logs', '/', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Logs_20140328.${action}`,
    },
    body: JSON.stringify(body),
  });
  return JSON.parse(text) as Answer;
}

/** Every line of every log group, by group. */
export async function allLogs(endpoint: string): Promise<Record<string, string[]>> {
  const { logGroups } = await call<{ logGroups: { logGroupName: string }[] }>(
    endpoint,
    'DescribeLogGroups',
    {},
  );
  const logs: Record<string, string[]> = {};
  for (const { logGroupName } of logGroups) {
    const lines: string[] = [];
    let nextToken: string | undefined;
    do {
      const page = await call<{ events: { message: string }[]; nextToken?: string }>(
        endpoint,
        'FilterLogEvents',
        { logGroupName, ...(nextToken && { nextToken }) },
      );
      lines.push(...page.events.map(({ message }) => message));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    logs[logGroupName] = lines;
  }
  return logs;
}
