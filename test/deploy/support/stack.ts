import { elements, query } from './aws.ts';

export interface StackResource {
  logicalId: string;
  type: string;
  physicalId: string;
}

const CLOUDFORMATION = { Version: '2010-05-15', StackName: 'TokenCapture' };

/** The deployed stack's resources. */
export async function stackResources(endpoint: string): Promise<StackResource[]> {
  const xml = await query(endpoint, 'cloudformation', {
    ...CLOUDFORMATION,
    Action: 'DescribeStackResources',
  });
  return xml.split('<member>').flatMap((member) => {
    const only = (name: string) => elements(member, name)[0];
    const logicalId = only('LogicalResourceId');
    const type = only('ResourceType');
    if (logicalId === undefined || type === undefined) return [];
    return { logicalId, type, physicalId: only('PhysicalResourceId') ?? '' };
  });
}

/** The one resource of a type. */
export async function onlyResource(endpoint: string, type: string): Promise<StackResource> {
  const found = (await stackResources(endpoint)).filter((resource) => resource.type === type);
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type}`);
  return found[0]!;
}

export const TABLE = 'AWS::DynamoDB::GlobalTable';
export const KEY = 'AWS::KMS::Key';
export const QUEUE = 'AWS::SQS::Queue';
export const LOG_GROUP = 'AWS::Logs::LogGroup';

/** Does what the console's "Deactivate termination protection" does. */
export async function allowTermination(endpoint: string): Promise<void> {
  await query(endpoint, 'cloudformation', {
    ...CLOUDFORMATION,
    Action: 'UpdateTerminationProtection',
    EnableTerminationProtection: 'false',
  });
}
