import './older-node.ts';
import { runCli } from './run.ts';

// The reader of a pipe may have seen enough: "npx token-capture providers list --all | head".
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

void runCli(process.argv.slice(2), process).then((status) => {
  process.exitCode = status;
});
