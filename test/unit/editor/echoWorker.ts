// The other side of the process boundary for the client's tests: it does as the job's dataset says.
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { Cancelled, failure } from '../../../src/protocol/notice.js';
import { client, serve } from '../../../src/protocol/rpc.js';
import { nativeFolders, type WorkerApi, type WorkerEvents } from '../../../src/protocol/worker.js';
import type { Report } from '../../../src/report/schema.js';

process.on('disconnect', () => process.exit(0));
const connection = createMessageConnection(
  new IPCMessageReader(process),
  new IPCMessageWriter(process),
);
const editor = client<WorkerEvents>(connection);
const joint = {
  model: 'm',
  targetClasses: ['a'],
  sourceClasses: ['x', 'y'],
  soft: new Float32Array([1.5, 2]),
  hard: new Uint32Array([1, 2]),
};

serve<WorkerApi>(
  connection,
  {
    score: async (job, signal) => {
      const by = job.dataset === 'folders' ? process.env[nativeFolders] : job.dataset;
      const report = { ranking: { by } } as Report;
      await editor.joint(joint);
      await editor.partial(report);
      if (job.dataset === 'absent') throw failure('dataset.notFound', { file: job.dataset });
      if (job.dataset === 'endless')
        await new Promise((_, reject) =>
          signal?.addEventListener('abort', () => reject(new Cancelled())),
        );
      if (job.dataset === 'deaf') await new Promise(() => undefined);
      return report;
    },
    fits: async ({ model }) => ({ model, classes: [], samples: [] }),
    sample: async ({ dataset }) => ({ name: dataset, ending: 'txt', bytes: new Uint8Array() }),
    columns: async () => null,
    assumed: async () => [],
    predictions: async () => ({ arrays: [], taken: {}, named: {}, open: false }),
    outputs: async ({ model }) => ({ outputs: [], taken: model }),
    cacheSize: async () => process.pid,
    clearCache: async () => Object.keys(process.env).filter(n => n.startsWith('VSCODE_')).length,
  },
  {},
  () => undefined,
);
connection.listen();
