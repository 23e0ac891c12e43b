import { CommandLineError, run } from './commands.js';

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

run(process.argv.slice(2), abort.signal).then(
  code => {
    process.exitCode = code;
  },
  error => {
    process.stderr.write(`transferlens: ${error instanceof Error ? error.message : error}\n`);
    if (error instanceof CommandLineError) process.stderr.write('Try: transferlens --help\n');
    process.exitCode = error instanceof CommandLineError ? 2 : 1;
  },
);
