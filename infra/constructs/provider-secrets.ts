import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Provider } from '../../shared/providers/provider.ts';
import { redirectUri } from '../../shared/routes.ts';
import { secretName } from '../../shared/secrets/secret-name.ts';
import { existingSecretArn } from './existing.ts';

/** What the operator types to enter a provider's client; a secret is asked for. */
export function setClientCommand(
  { id, clientFields }: Pick<Provider, 'id' | 'clientFields'>,
  stackName: string,
): string {
  const fields = Object.keys(clientFields).map((name) => ` --field ${name}=${name.toUpperCase()}`);
  return `npx token-capture providers set ${id} --client-id ID${fields.join('')} --stack ${stackName}`;
}

export interface ProviderSecretsProps {
  providers: Provider[];
  baseUrl: string;
  /** Ids of the providers whose secrets are there. */
  existing: string[];
  /** See `defaultSecretPrefix`. */
  prefix: string;
}

/** One secret per provider, without a value: `CfnSecret`, since `Secret` would generate one. */
export class ProviderSecrets extends Construct {
  /** By provider; the ARN that permissions name. */
  readonly arns: Record<string, string> = {};

  constructor(
    scope: Construct,
    id: string,
    { providers, baseUrl, existing, prefix }: ProviderSecretsProps,
  ) {
    super(scope, id);
    for (const provider of providers) {
      if (existing.includes(provider.id)) {
        this.arns[provider.id] = existingSecretArn(this, secretName(provider.id, prefix));
        continue;
      }
      const secret = new CfnSecret(this, provider.id, {
        name: secretName(provider.id, prefix),
        description: this.#describe(provider, redirectUri(baseUrl, provider.id)),
      });
      // A first deployment that fails leaves none behind: the next one would find the name taken.
      secret.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
      this.arns[provider.id] = secret.ref;
    }
  }

  #describe(provider: Provider, redirectUri: string): string {
    const { name, registration, clientFields } = provider;
    const members = ['client_id', 'client_secret', ...Object.keys(clientFields)];
    const form = members.map((member) => `"${member}": "..."`).join(', ');
    return [
      `OAuth client at ${name}.`,
      `Register the redirect URI ${redirectUri}${registration ? ` at ${registration.url}` : ''},`,
      `then run: ${setClientCommand(provider, Stack.of(this).stackName)}`,
      `(or enter the JSON {${form}} here).`,
    ].join(' ');
  }
}
