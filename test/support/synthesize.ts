import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { CURRENTLY_RECOMMENDED_FLAGS, VALIDATE_AGAINST_DEFAULT_RULES } from 'aws-cdk-lib/cx-api';
import { CONTEXT_KEY, type ConfigurationInput } from '../../infra/configuration.ts';
import { TokenCaptureStack } from '../../infra/constructs/token-capture-stack.ts';

export interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
}

export interface Template {
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: unknown }>;
}

let root: string | undefined;

/** A folder for assemblies and bundles, gone when the process ends. */
export function scratchFolder(): string {
  if (root === undefined) {
    const made = mkdtempSync(join(tmpdir(), 'synthesize-'));
    process.once('exit', () => rmSync(made, { recursive: true, force: true }));
    root = made;
  }
  return mkdtempSync(join(root, 'folder-'));
}

/** The template of a stack. */
export function templateOf(app: App, stack: Stack): Template {
  return app.synth().getStackArtifact(stack.artifactId).template as Template;
}

/** What `cdk synth` makes of a configuration; `validate` adds CDK's own validation, which throws. */
export function synthesize(
  input: ConfigurationInput,
  context: Record<string, unknown> = {},
  validate = false,
) {
  const folder = scratchFolder();
  const app = new App({
    outdir: join(folder, 'cdk.out'),
    analyticsReporting: false,
    builtinCloudFormationValidation: validate,
    context: {
      ...CURRENTLY_RECOMMENDED_FLAGS,
      [VALIDATE_AGAINST_DEFAULT_RULES]: true,
      [CONTEXT_KEY]: input,
      ...context,
    },
  });
  const stack = new TokenCaptureStack(app, { outdir: join(folder, 'functions') });
  return { stack, template: templateOf(app, stack) };
}

/** The resources of a type, by logical id. */
export function resourcesOf(template: Template, type: string): Record<string, Resource> {
  return Object.fromEntries(
    Object.entries(template.Resources).filter(([, resource]) => resource.Type === type),
  );
}

/** The one resource of a type, with its logical id. */
export function onlyResource(template: Template, type: string): Resource & { id: string } {
  const found = Object.entries(resourcesOf(template, type));
  if (found.length !== 1) throw new Error(`${found.length} resources of type ${type}`);
  const [id, resource] = found[0]!;
  return { id, ...resource };
}

/** A function by its name, without the stack's name in front. */
export function functionOf(template: Template, name: string): Resource & { id: string } {
  const found = Object.entries(resourcesOf(template, 'AWS::Lambda::Function')).find(
    ([, { Properties }]) => String(Properties['FunctionName']).endsWith(`-${name}`),
  );
  if (found === undefined) throw new Error(`no function ${name}`);
  return { id: found[0], ...found[1] };
}
