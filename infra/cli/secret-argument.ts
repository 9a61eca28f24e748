import { WrongUsage } from './errors.ts';

const FORBIDDEN = /^--?(client[-_]?)?secret(=|$)/i;

/** Refuses a secret on the command line, under the names that people try; throws `WrongUsage`. */
export function refuseSecretArgument(argv: readonly string[]): void {
  const end = argv.indexOf('--');
  if (!(end < 0 ? argv : argv.slice(0, end)).some((argument) => FORBIDDEN.test(argument))) return;
  throw new WrongUsage(
    'a secret is never taken from the command line, where other users of this machine and the shell history see it: leave it out to be asked for it, or send it to standard input with --client-secret-stdin. If what you typed was a real one, replace it at the provider.',
  );
}
