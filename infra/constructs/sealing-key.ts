import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/**
 * The key that tokens and profiles are sealed under. Its policy is the default one, which leaves the
 * decision to the account's IAM: a policy that named the functions' roles would lock the key, and the
 * tokens, for good when the roles are gone and the key is kept.
 */
export function makeSealingKey(scope: Construct, existingArn: string | undefined): IKey {
  if (existingArn !== undefined) return Key.fromKeyArn(scope, 'SealingKey', existingArn);
  return new Key(scope, 'SealingKey', {
    description: 'Seals the tokens and profiles of oauth2-token-capture',
    alias: `alias/oauth2-token-capture/${Stack.of(scope).stackName}`,
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
}
