import type { CancellationToken, MessageConnection } from 'vscode-jsonrpc';
import { Cancelled, type Notice, noticeOf, TransferLensError } from './notice.js';

/**
 * Both seams (editor <-> worker <-> inference, editor <-> webview) are interfaces of methods with one
 * parameter object each, spoken over `vscode-jsonrpc`. A failure crosses as its notice, never as a stack.
 */
// biome-ignore lint/suspicious/noExplicitAny: the shape of "any interface of such methods"
export type Api<T> = { [K in keyof T]: (params: any, signal?: AbortSignal) => Promise<any> };

/** Checks and narrows what came from the other side (a zod schema's `parse`, or the identity inside one build). */
export type Checks<T> = { [K in keyof T]?: { parse(value: unknown): unknown } };

type Reply = { ok: true; value: unknown } | { ok: false; notice: Notice | null };

/** The remote side as an object: `await client<WorkerApi>(connection).score(job, signal)`. */
export function client<T extends Api<T>>(connection: MessageConnection): T {
  const call = async (method: string, params: unknown, signal?: AbortSignal): Promise<unknown> => {
    const reply: Reply = signal
      ? await connection.sendRequest(method, params ?? null, tokenOf(signal))
      : await connection.sendRequest(method, params ?? null);
    if (reply.ok) return reply.value;
    throw reply.notice ? new TransferLensError(reply.notice) : new Cancelled();
  };
  return new Proxy({} as T, {
    get: (_, method) =>
      // `then` must stay undefined: an awaited proxy would otherwise be taken for a promise.
      typeof method === 'string' && method !== 'then'
        ? (params: unknown, signal?: AbortSignal) => call(method, params, signal)
        : undefined,
  });
}

/**
 * Answers the remote side's calls with `methods`.
 * `onError` gets what is not shown to a user (the log has it).
 */
export function serve<T extends Api<T>>(
  connection: MessageConnection,
  methods: T,
  checks: Checks<T>,
  onError: (method: string, error: unknown) => void,
): void {
  for (const method of Object.keys(methods) as (keyof T & string)[]) {
    connection.onRequest<Reply, void>(
      method,
      async (params: unknown, token: CancellationToken): Promise<Reply> => {
        const abort = new AbortController();
        const listening = token.onCancellationRequested(() => abort.abort());
        try {
          const checked = checks[method] ? checks[method].parse(params) : params;
          const value: unknown = await methods[method](checked, abort.signal);
          return { ok: true, value: value ?? null };
        } catch (error) {
          if (error instanceof Cancelled) return { ok: false, notice: null };
          onError(method, error);
          return { ok: false, notice: noticeOf(error) };
        } finally {
          listening.dispose();
        }
      },
    );
  }
}

function tokenOf(signal: AbortSignal): CancellationToken {
  return {
    get isCancellationRequested() {
      return signal.aborted;
    },
    onCancellationRequested: listener => {
      const fire = () => listener(undefined);
      signal.addEventListener('abort', fire, { once: true });
      return { dispose: () => signal.removeEventListener('abort', fire) };
    },
  };
}
