import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Provider } from '../../shared/providers/provider.ts';
import { redirectUri, type ServiceFunction, serviceFunctions } from '../../shared/routes.ts';
import type { Existing } from './existing.ts';
import { setClientCommand } from './provider-secrets.ts';

/** What the person who deploys needs next: where to send browsers, what to register, what to type. */
export function addOutputs(
  scope: Construct,
  {
    baseUrl,
    domainTarget,
    providers,
    functionNames,
    eventBusName,
    existing,
  }: {
    baseUrl: string;
    /** Where the record of the team's own domain has to lead, when the team makes it. */
    domainTarget: string | undefined;
    providers: Provider[];
    functionNames: Record<ServiceFunction, string>;
    eventBusName: string;
    /** What stays when the stack is destroyed, in the form that deploys over it again. */
    existing: Required<Existing>;
  },
): void {
  new CfnOutput(scope, 'BaseUrl', { value: baseUrl });
  new CfnOutput(scope, 'EventBus', { value: eventBusName });
  new CfnOutput(scope, 'Existing', { value: Stack.of(scope).toJsonString(existing) });
  if (domainTarget !== undefined) new CfnOutput(scope, 'DomainTarget', { value: domainTarget });
  for (const provider of providers) {
    new CfnOutput(scope, `RedirectUri${pascalCase(provider.id)}`, {
      value: redirectUri(baseUrl, provider.id),
    });
    new CfnOutput(scope, `SetClient${pascalCase(provider.id)}`, {
      value: setClientCommand(provider, Stack.of(scope).stackName),
    });
  }
  for (const name of serviceFunctions) {
    new CfnOutput(scope, `${pascalCase(name)}Function`, { value: functionNames[name] });
  }
}

/** `get-token` as CloudFormation's identifiers have it: `GetToken`. */
function pascalCase(name: string): string {
  return name.replaceAll(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase());
}
