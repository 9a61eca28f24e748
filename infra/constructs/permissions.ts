import type { QueueName } from '../../shared/queues/queue-definition.ts';
import type { FunctionName } from '../../shared/routes.ts';

/** What one function may do, beyond writing its own log. */
export interface Permissions {
  /** On rows whose key begins with `SESSION#`. */
  sessions?: ('GetItem' | 'PutItem' | 'UpdateItem')[];
  /** On rows whose key begins with `LIMIT#`. */
  limits?: 'UpdateItem'[];
  /** On rows whose key begins with `CALLER#`. */
  uses?: 'PutItem'[];
  /** On rows whose key begins with `OWNER#`. */
  connections?: ('DeleteItem' | 'GetItem' | 'PutItem' | 'Query' | 'UpdateItem')[];
  /** On the index of what is due, which holds keys and times alone. */
  dueIndex?: 'Query'[];
  /** On rows whose key begins with `PROVIDER#`. */
  health?: ('DeleteItem' | 'GetItem' | 'UpdateItem')[];
  /** On rows whose key begins with `CONTROL#`: read alone, the operator writes them. */
  controls?: 'BatchGetItem'[];
  /** With the sealing key, on sealed values of these kinds. */
  key?: { actions: ('Decrypt' | 'GenerateDataKey')[]; kinds: ('profile' | 'tokens')[] };
  /** On the secrets of the configured providers. */
  secrets?: ('DescribeSecret' | 'GetSecretValue')[];
  /** On the table's stream. */
  stream?: ('DescribeStream' | 'GetRecords' | 'GetShardIterator' | 'ListStreams')[];
  /** On the event bus. */
  events?: 'PutEvents'[];
  /** On the queues. */
  queues?: Partial<Record<QueueName, QueueAction[]>>;
}

export type QueueAction = 'DeleteMessage' | 'GetQueueAttributes' | 'ReceiveMessage' | 'SendMessage';

/** What the event source mapping does in the function's name. */
const CONSUME: QueueAction[] = ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'];

/** Who may do what: the constructs give exactly this, and the template test reads it back. */
export const permissions: Record<FunctionName, Permissions> = {
  'connect-page': {
    sessions: ['GetItem', 'UpdateItem'],
    connections: ['Query'],
    controls: ['BatchGetItem'],
    key: { actions: ['Decrypt'], kinds: ['profile'] },
    secrets: ['DescribeSecret'],
  },
  authorize: {
    sessions: ['GetItem', 'UpdateItem'],
    controls: ['BatchGetItem'],
    secrets: ['GetSecretValue'],
  },
  callback: {
    sessions: ['GetItem', 'UpdateItem'],
    // What has to be confirmed is put beside the connections.
    connections: ['GetItem', 'PutItem', 'UpdateItem'],
    controls: ['BatchGetItem'],
    key: { actions: ['Decrypt', 'GenerateDataKey'], kinds: ['profile', 'tokens'] },
    secrets: ['GetSecretValue'],
  },
  'create-connect-session': {
    sessions: ['PutItem'],
    limits: ['UpdateItem'],
    controls: ['BatchGetItem'],
  },
  // What it moves stays sealed.
  'complete-connect': {
    connections: ['DeleteItem', 'GetItem', 'UpdateItem'],
    controls: ['BatchGetItem'],
  },
  'get-token': {
    uses: ['PutItem'],
    connections: ['GetItem', 'Query', 'UpdateItem'],
    health: ['DeleteItem', 'GetItem', 'UpdateItem'],
    controls: ['BatchGetItem'],
    key: { actions: ['Decrypt', 'GenerateDataKey'], kinds: ['tokens'] },
    secrets: ['GetSecretValue'],
    queues: { spool: ['SendMessage'] },
  },
  'list-connections': {
    connections: ['Query'],
    controls: ['BatchGetItem'],
    key: { actions: ['Decrypt'], kinds: ['profile'] },
  },
  disconnect: {
    connections: ['GetItem', 'Query', 'UpdateItem'],
    // Sealed anew where a token had to be refreshed to be revoked, and the revocation failed.
    key: { actions: ['Decrypt', 'GenerateDataKey'], kinds: ['tokens'] },
    secrets: ['GetSecretValue'],
    queues: { spool: ['SendMessage'] },
  },
  'refresh-due': {
    connections: ['UpdateItem'],
    dueIndex: ['Query'],
    health: ['GetItem'],
    queues: { refresh: ['SendMessage'] },
  },
  'refresh-connection': {
    connections: ['DeleteItem', 'GetItem', 'UpdateItem'],
    health: ['DeleteItem', 'GetItem', 'UpdateItem'],
    controls: ['BatchGetItem'],
    // Profiles for an operator who has a whole row sealed anew.
    key: { actions: ['Decrypt', 'GenerateDataKey'], kinds: ['profile', 'tokens'] },
    secrets: ['GetSecretValue'],
    queues: { refresh: CONSUME, spool: [...CONSUME, 'SendMessage'] },
  },
  'publish-events': {
    // Lambda reads the stream with the function's role.
    stream: ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'],
    events: ['PutEvents'],
  },
};
