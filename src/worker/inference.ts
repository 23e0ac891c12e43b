import { modelOutputs, runTask } from '../pipeline/index.js';
import type { InferenceApi, InferenceEvents } from '../protocol/inference.js';
import { withCauses } from '../protocol/notice.js';
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
            remarked: samples => quiet(events.remarked(samples)),
            waiting: () => quiet(events.waiting(null)),
          },
          decoderThread,
          signal,
        ),
      outputs: ({ model }) => modelOutputs(model),
    },
    {},
    (_, error) => quiet(events.log({ level: 'error', text: withCauses(error) })),
  );
  connection.listen();
}
