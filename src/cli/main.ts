import { printable } from '../report/table.js';
import { run } from './commands.js';
import { CommandLineError } from './options.js';

const abort = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.on(name, () => {
    // A second Ctrl+C does not wait.
    if (abort.signal.aborted) process.exit(130);
    abort.abort();
  });
// `transferlens … | head` ends the reader early; that is no failure of ours.
process.stdout.on('error', error =>
  process.exit('code' in error && error.code === 'EPIPE' ? 0 : 1),
);

// Nor is a reader of progress and problems that ends early.
process.stderr.on('error', () => undefined);

run(process.argv.slice(2), abort.signal).then(
  code => {
    process.exitCode = code;
  },
  error => {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`transferlens: ${printable(text)}\n`);
    if (error instanceof CommandLineError) process.stderr.write('Try: transferlens --help\n');
    process.exitCode = error instanceof CommandLineError ? 2 : 1;
  },
);
