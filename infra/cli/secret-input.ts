import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Secret } from '../../shared/secret.ts';
import { CommandFailed, WrongUsage } from './errors.ts';
import type { Terminal } from './output.ts';

/**
 * Reads a secret: asked for without echo on a terminal, else the whole of standard input. Never an
 * argument, which other users of the machine and the shell's history would see.
 */
export async function readSecret(
  { stdin, stderr }: Terminal,
  prompt: string,
  fromStdin: boolean,
): Promise<Secret> {
  if (!stdin.isTTY && !fromStdin) {
    throw new WrongUsage(
      'there is no terminal to ask on: add --client-secret-stdin and send the secret to standard input, as in "npx token-capture providers set ... --client-secret-stdin < secret.txt"',
    );
  }
  const value = stdin.isTTY ? await ask(stdin, stderr, prompt) : await text(stdin);
  const secret = value.replace(/[\r\n]+$/, '');
  if (secret === '') {
    throw new CommandFailed('the client secret is empty: nothing was stored', {
      type: 'empty_secret',
    });
  }
  return new Secret(secret);
}

const silent = () => new Writable({ write: (_chunk, _encoding, done) => done() });

async function ask(input: NodeJS.ReadableStream, stderr: Writable, prompt: string) {
  const lines = createInterface({ input, output: silent(), terminal: true, historySize: 0 });
  // Now and not before: until readline has the terminal, what is typed would show.
  stderr.write(prompt);
  try {
    return await new Promise<string>((resolve, reject) => {
      const read: string[] = [];
      lines.on('line', (line) => {
        read.push(line);
        // A key file that is pasted has many lines, the last of which says so.
        const more = read[0]!.startsWith('-----BEGIN ') && !line.startsWith('-----END ');
        if (!more) resolve(read.join('\n'));
      });
      lines.on('SIGINT', () => reject(new CommandFailed('cancelled: nothing was stored')));
      lines.on('close', () => resolve(read.join('\n')));
    });
  } finally {
    lines.close();
    stderr.write('\n');
  }
}
