import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './children.ts';
import { ROOT } from './root.ts';
import { SetupError } from './setup-error.ts';

const REQUIREMENTS = join(import.meta.dirname, '../requirements.txt');
const WANTED = 'npm run test:deploy needs Python 3.10 or newer with its venv module';

/**
 * The `bin` folder of a virtual environment with the pinned requirements: made once, and again when
 * they or the Python change. Throws `SetupError` where it cannot be made.
 */
export async function pythonFolder(): Promise<string> {
  const { program, version } = await findPython();
  const digest = createHash('sha256')
    .update(version)
    .update(readFileSync(REQUIREMENTS))
    .digest('hex');
  const folder = join(ROOT, 'build/deploy-test', digest.slice(0, 12));
  const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  const complete = join(folder, 'complete');
  if (existsSync(complete)) return bin;

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const made = await runProgram(program, ['-m', 'venv', folder]);
  if (made.status !== 0) {
    throw new SetupError(
      `${WANTED} (on Debian: apt install python3-venv): ${lastLine(made.output)}`,
    );
  }
  const installed = await runProgram(join(bin, 'python'), [
    ...['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'],
    ...['--no-deps', '--requirement', REQUIREMENTS],
  ]);
  if (installed.status !== 0) {
    throw new SetupError(`pip could not install the AWS emulator: ${lastLine(installed.output)}`);
  }
  writeFileSync(complete, '');
  return bin;
}

async function findPython(): Promise<{ program: string; version: string }> {
  const found: string[] = [];
  for (const program of [
    'python3',
    'python',
    'python3.13',
    'python3.12',
    'python3.11',
    'python3.10',
  ]) {
    const version = await versionOf(program);
    if (version === undefined) continue;
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major === 3 && minor >= 10) return { program, version };
    found.push(version);
  }
  throw new SetupError(found.length > 0 ? `${WANTED}; found ${found.join(', ')}` : WANTED);
}

async function versionOf(program: string): Promise<string | undefined> {
  try {
    const { status, output } = await runProgram(program, ['--version']);
    return status === 0 ? /\d+\.\d+\.\d+/.exec(output)?.[0] : undefined;
  } catch {
    return undefined;
  }
}

const lastLine = (text: string) => text.trim().split('\n').at(-1) ?? '';
