import { CfnOutput, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { redirectUri, type ServiceFunction, serviceFunctions } from '../../shared/routes.ts';
import type { Existing } from './existing.ts';
import { setClientCommand } from './provider-secrets.ts';

/** What the person who deploys needs next: where to send browsers, what to register, what to type. */
export function addOutputs(
  scope: Construct,
  {
    baseUrl,
    providers,
    functionNames,
    existing,
  }: {
    baseUrl: string;
    providers: string[];
    functionNames: Record<ServiceFunction, string>;
    /** What stays when the stack is destroyed, in the form that deploys over it again. */
    existing: Required<Existing>;
  },
): void {
  new CfnOutput(scope, 'BaseUrl', { value: baseUrl });
  new CfnOutput(scope, 'Existing', { value: Stack.of(scope).toJsonString(existing) });
  for (const provider of providers) {
    new CfnOutput(scope, `RedirectUri${pascalCase(provider)}`, {
      value: redirectUri(baseUrl, provider),
    });
    new CfnOutput(scope, `SetClient${pascalCase(provider)}`, {
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
