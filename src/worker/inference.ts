import { runTask } from '../pipeline/task.js';
import type { InferenceApi, InferenceEvents } from '../protocol/inference.js';
import { client, serve } from '../protocol/rpc.js';
import { parentConnection } from './connection.js';
import { decoderThread } from './decoderClient.js';

/** The inference process: one model, one dataset, one forward pass, then it is ended by its parent. */
export function startInference(): void {
  const connection = parentConnection();
  const events = client<InferenceEvents>(connection);
  const quiet = (sent: Promise<void>) => void sent.catch(() => undefined);
  serve<InferenceApi>(
    connection,
    {
      forward: (task, signal) =>
        runTask(
          task,
          {
            opened: model => quiet(events.opened(model)),
            progress: (done, imagesPerSecond) => quiet(events.progress({ done, imagesPerSecond })),
            failed: samples => quiet(events.failed(samples)),
            waiting: () => quiet(events.waiting(null)),
          },
          decoderThread,
          signal,
        ),
    },
    {},
    (_, error) =>
      quiet(
        events.log({
          level: 'error',
          text: error instanceof Error ? withCauses(error) : String(error),
        }),
      ),
  );
  connection.listen();
}

/** The stack of an error and of what caused it. */
export function withCauses(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\nCaused by: ${withCauses(error.cause)}` : own;
}
