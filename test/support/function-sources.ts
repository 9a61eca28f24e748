import { registerHooks } from 'node:module';

/**
 * Lets a test import the source of a function, to make it with dependencies of its own: where the
 * build puts the configuration there is an empty one. Import this first, and the source with `import()`.
 */
const built: Record<string, string> = {
  'token-capture:configuration': 'export default { providers: {} }',
  'token-capture:hooks': 'export const hooks = {}',
};

registerHooks({
  resolve: (specifier, context, next) =>
    Object.hasOwn(built, specifier)
      ? { url: `data:text/javascript,${built[specifier]}`, shortCircuit: true }
      : next(specifier, context),
});

Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  TABLE_NAME: 'table',
  KEY_ID: 'key',
  BASE_URL: 'https://connect.example.com',
});
