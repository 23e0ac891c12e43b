import {
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
} from 'vscode-jsonrpc/node';

/** The connection to the process that forked this one; this one ends with it. */
export function parentConnection(): MessageConnection {
  process.on('disconnect', () => process.exit(0));
  // A terminal's Ctrl+C reaches the whole group: the parent decides what happens then.
  process.on('SIGINT', () => undefined);
  return createMessageConnection(new IPCMessageReader(process), new IPCMessageWriter(process));
}
