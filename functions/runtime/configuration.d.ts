/** What the build writes into every bundle (infra/build.ts). */
declare module 'token-capture:configuration' {
  export const configuration: import('../../shared/configuration.ts').Configuration;
}
