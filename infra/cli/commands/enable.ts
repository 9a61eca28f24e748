import type { Command } from 'commander';
import { type Cli, type CommonOptions, makeCommand, onTarget } from '../command.ts';
import { describeSubject, type SubjectOptions, subjectOf, subjectOptions } from '../subject.ts';
import { enable as switchOn } from '../switches.ts';

interface Options extends CommonOptions, SubjectOptions {}

/** `enable` */
export function enable(cli: Cli): Command {
  const command = makeCommand('enable', 'Switches on again what was disabled.', {
    details:
      'Each switch is its own: an owner who was disabled and whose provider was disabled too needs both enabled.',
    examples: [
      'enable --owner customer-42 --provider github --local',
      'enable --provider github',
      'enable --all',
    ],
    usesProviders: true,
  });
  return subjectOptions(command).action((options: Options) =>
    onTarget(cli, command, async (target) => {
      const subject = await subjectOf(target, options);
      const wasDisabled = await switchOn(target, subject);
      const what = describeSubject(subject);
      return {
        json: { status: 'enabled', ...subject, wasDisabled },
        text: wasDisabled ? `Enabled: ${what}.` : `${what}: was not disabled.`,
      };
    }),
  );
}
