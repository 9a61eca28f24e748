import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { CfnSecret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Provider } from '../../shared/providers/provider.ts';
import { redirectUri } from '../../shared/routes.ts';
import { secretName } from '../../shared/secrets/secret-name.ts';

/** What the operator types to enter a provider's client. */
export function setClientCommand(provider: string, stackName: string): string {
  return `npx token-capture providers set ${provider} --client-id ID --client-secret-stdin --stack ${stackName}`;
}

/** One secret per provider, without a value: `CfnSecret`, since `Secret` would generate one. */
export class ProviderSecrets extends Construct {
  /** By provider; the ARN that permissions name. */
  readonly arns: Record<string, string> = {};

  constructor(scope: Construct, id: string, providers: Provider[], baseUrl: string) {
    super(scope, id);
    for (const provider of providers) {
      const secret = new CfnSecret(this, provider.id, {
        name: secretName(provider.id),
        description: this.#describe(provider, redirectUri(baseUrl, provider.id)),
      });
      secret.applyRemovalPolicy(RemovalPolicy.RETAIN);
      this.arns[provider.id] = secret.ref;
    }
  }

  #describe({ id, name, registration, clientFields }: Provider, redirectUri: string): string {
    const members = ['client_id', 'client_secret', ...Object.keys(clientFields)];
    const form = members.map((member) => `"${member}": "..."`).join(', ');
    return [
      `OAuth client at ${name}.`,
      `Register the redirect URI ${redirectUri}${registration ? ` at ${registration.url}` : ''},`,
      `then run: ${setClientCommand(id, Stack.of(this).stackName)}`,
      `(or enter the JSON {${form}} here).`,
    ].join(' ');
  }
}
