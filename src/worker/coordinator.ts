import {
  cacheSize,
  clearCache,
  datasetColumns,
  fits,
  forkedForward,
  forkedOutputs,
  predictionFile,
  run,
  sampleCopy,
  withoutMetadata,
} from '../pipeline/index.js';
import { scoreJobSchema } from '../protocol/job.js';
import { withCauses } from '../protocol/notice.js';
import { client, serve } from '../protocol/rpc.js';
import type { WorkerApi, WorkerEvents } from '../protocol/worker.js';
import { parentConnection } from './connection.js';

/** The background process of the editor: runs jobs, forks an inference process for each model, and never blocks. */
export function startCoordinator(): void {
  const connection = parentConnection();
  const events = client<WorkerEvents>(connection);
  const quiet = (sent: Promise<void>) => void sent.catch(() => undefined);
  const log = (level: 'debug' | 'info' | 'warn' | 'error', text: string) =>
    quiet(events.log({ level, text }));
  const forward = forkedForward(__filename, log);
  serve<WorkerApi>(
    connection,
    {
      score: (job, signal) =>
        run(
          job,
          forward,
          {
            progress: progress => quiet(events.progress(progress)),
            partial: report => quiet(events.partial(report)),
            joint: joint => quiet(events.joint(joint)),
            log,
          },
          signal,
        ),
      fits: ({ job, model, count }, signal) => fits(job, model, count, signal),
      sample: address => sampleCopy(address),
      outputs: ({ model }) => forkedOutputs(__filename, log, model),
      assumed: ({ models }) => withoutMetadata(models),
      predictions: ({ file }) => predictionFile(file),
      columns: ({ dataset, options }) => datasetColumns(dataset, options),
      cacheSize: ({ cache }) => cacheSize(cache),
      clearCache: ({ cache }) => clearCache(cache),
    },
    { score: scoreJobSchema },
    (method, error) => log('error', `${method}: ${withCauses(error)}`),
  );
  connection.listen();
}
