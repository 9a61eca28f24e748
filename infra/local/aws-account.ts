/** The account and region that local ARNs name. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

export function arn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}
