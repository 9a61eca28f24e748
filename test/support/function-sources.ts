import { registerHooks } from 'node:module';

/**
 * Lets a test import the source of a function, to make it with dependencies of its own: where the
 * build writes the configuration there is an empty one. Import this first, and the source with `import()`.
 */
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'token-capture:configuration'
      ? { url: 'data:text/javascript,export const configuration = {}', shortCircuit: true }
      : next(specifier, context),
});

Object.assign(process.env, {
  AWS_REGION: 'us-east-1',
  TABLE_NAME: 'table',
  KEY_ID: 'key',
  BASE_URL: 'https://connect.example.com',
});
