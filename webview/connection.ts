import {
  AbstractMessageReader,
  createMessageConnection,
  type Message,
  type MessageReader,
  type MessageWriter,
} from 'vscode-jsonrpc/browser';
import type { PanelHostApi, PanelPageApi } from '../src/protocol/panel.js';
import { client, serve } from '../src/protocol/rpc.js';

/** What VS Code gives a webview's page, once. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** Messages of the editor arrive as `message` events of the window, typed arrays included. */
class WindowReader extends AbstractMessageReader implements MessageReader {
  listen(callback: (message: Message) => void) {
    const heard = (event: MessageEvent) => {
      if (event.data?.jsonrpc === '2.0') callback(event.data);
    };
    window.addEventListener('message', heard);
    return { dispose: () => window.removeEventListener('message', heard) };
  }
}

function writer(vscode: VsCodeApi): MessageWriter {
  const nothing = { dispose: () => undefined };
  return {
    onError: () => nothing,
    onClose: () => nothing,
    write: async message => vscode.postMessage(message),
    end: () => undefined,
    dispose: () => undefined,
  };
}

/** Opens the line to the editor: answers its calls with `page`, resolves ours. */
export function connect(vscode: VsCodeApi, page: PanelPageApi): PanelHostApi {
  const connection = createMessageConnection(new WindowReader(), writer(vscode));
  serve<PanelPageApi>(connection, page, {}, (method, error) => console.error(method, error));
  connection.listen();
  return client<PanelHostApi>(connection);
}
