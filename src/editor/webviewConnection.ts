import type * as vscode from 'vscode';
import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  type Message,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import * as z from 'zod';

/** The frame of a JSON-RPC message; what a page sends beside it is dropped. */
const frame = z.looseObject({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string().optional(),
});

class WebviewReader extends AbstractMessageReader {
  constructor(private readonly webview: vscode.Webview) {
    super();
  }

  listen(callback: DataCallback): vscode.Disposable {
    return this.webview.onDidReceiveMessage(message => {
      if (frame.safeParse(message).success) callback(message as Message);
    });
  }
}

class WebviewWriter extends AbstractMessageWriter {
  constructor(private readonly webview: vscode.Webview) {
    super();
  }

  async write(message: Message): Promise<void> {
    await this.webview.postMessage(message);
  }

  end(): void {
    this.dispose();
  }
}

/** JSON-RPC over a webview's messages: each message is posted as it is, typed arrays included. */
export function connectWebview(webview: vscode.Webview): MessageConnection {
  return createMessageConnection(new WebviewReader(webview), new WebviewWriter(webview));
}
