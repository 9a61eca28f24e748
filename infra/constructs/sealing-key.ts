import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { type FunctionName, functionNames } from '../../shared/routes.ts';
import { roleName } from './capture-function.ts';
import { permissions } from './permissions.ts';
import { type KeyUse, keyActions, keyKinds } from './policy.ts';

/**
 * The key that tokens and profiles are sealed under. What its policy does not give, no policy of the
 * account can: only the functions' roles use it, each as `permissions` says, and administrators manage it
 * without using it.
 */
export function makeSealingKey(
  scope: Construct,
  { existingArn, emulated }: { existingArn: string | undefined; emulated: boolean },
): IKey {
  if (existingArn !== undefined) return Key.fromKeyArn(scope, 'SealingKey', existingArn);
  const statements = functionNames.flatMap((name) => {
    const { key } = permissions[name];
    return key === undefined ? [] : [useBy(scope, name, key, emulated)];
  });
  return new Key(scope, 'SealingKey', {
    description: 'Seals the tokens and profiles of oauth2-token-capture',
    alias: `alias/oauth2-token-capture/${Stack.of(scope).stackName}`,
    enableKeyRotation: true,
    policy: new PolicyDocument({ statements: [administration(), ...statements] }),
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}

/** All that manages a key. `CreateGrant` is not among it: a grant lets somebody use the key. */
const ADMINISTRATION = [
  'CancelKeyDeletion',
  'CreateAlias',
  'DeleteAlias',
  'DescribeKey',
  'DisableKey',
  'DisableKeyRotation',
  'EnableKey',
  'EnableKeyRotation',
  'GetKeyPolicy',
  'GetKeyRotationStatus',
  'ListGrants',
  'ListKeyPolicies',
  'ListKeyRotations',
  'ListResourceTags',
  'PutKeyPolicy',
  'RevokeGrant',
  'RotateKeyOnDemand',
  'ScheduleKeyDeletion',
  'TagResource',
  'UntagResource',
  'UpdateAlias',
  'UpdateKeyDescription',
];

const administration = () =>
  new PolicyStatement({
    principals: [new AccountRootPrincipal()],
    actions: ADMINISTRATION.map((action) => `kms:${action}`),
    resources: ['*'],
  });

/**
 * The role is named in a condition. As the principal it would be kept by its id, which another role of the
 * name does not have: a stack that is destroyed and deployed again could open nothing it has sealed.
 */
function useBy(
  scope: Construct,
  name: FunctionName,
  key: KeyUse,
  emulated: boolean,
): PolicyStatement {
  const roleArn = Stack.of(scope).formatArn({
    service: 'iam',
    region: '',
    resource: 'role',
    resourceName: roleName(scope, name),
  });
  return new PolicyStatement({
    principals: [new AccountRootPrincipal()],
    actions: keyActions(key),
    resources: ['*'],
    conditions: {
      StringEquals: { 'aws:PrincipalArn': roleArn, ...(!emulated && keyKinds(key)) },
    },
  });
}
