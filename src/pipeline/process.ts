import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import type {
  ForwardSummary,
  ForwardTask,
  InferenceApi,
  InferenceEvents,
  ModelOutputs,
  OpenedModel,
  SampleNotice,
} from '../protocol/inference.js';
import { Cancelled, failure } from '../protocol/notice.js';
import { client, serve } from '../protocol/rpc.js';
import type { TaskHandlers } from './task.js';

/** How long a process may take to stop by itself after a cancel, milliseconds. */
const patience = 250;

/**
 * Decoded images come and go in all sizes; left to itself the C library keeps their memory, in a heap for each thread, and the
 * peak grows with their number. What is large goes back to the system at once instead. (Only glibc reads these.)
 */
const memorySettings = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: String(1 << 20),
  MALLOC_TRIM_THRESHOLD_: String(32 << 20),
};

export type Log = (level: 'debug' | 'info' | 'warn' | 'error', text: string) => void;

/** Runs a forward task somewhere and tells how it goes. */
export type Forward = (
  task: ForwardTask,
  handlers: TaskHandlers,
  signal?: AbortSignal,
) => Promise<ForwardSummary>;

/**
 * Runs each task in a process of its own: a native crash or an exhausted memory costs that model's row only,
 * and a cancel takes effect even while the runtime blocks its thread.
 * @param entry path of the built worker
 */
export function forkedForward(entry: string, log: Log): Forward {
  return async (task, handlers, signal) => {
    if (signal?.aborted) throw new Cancelled();
    const events = {
      opened: async (model: OpenedModel) => handlers.opened(model),
      progress: async (p: { done: number; imagesPerSecond: number | null }) =>
        handlers.progress(p.done, p.imagesPerSecond),
      failed: async (samples: SampleNotice[]) => handlers.failed(samples),
      remarked: async (samples: SampleNotice[]) => handlers.remarked(samples),
      waiting: async () => handlers.waiting(),
    };
    return inOwnProcess(entry, log, task, events, api => api.forward(task, signal), signal);
  };
}

/** The outputs of a model, which a process of its own opens. */
export function forkedOutputs(entry: string, log: Log, model: string): Promise<ModelOutputs> {
  const nothing = async () => undefined;
  const events = { opened: nothing, progress: nothing, failed: nothing, remarked: nothing };
  return inOwnProcess(entry, log, { model, threads: 1 }, { ...events, waiting: nothing }, api =>
    api.outputs({ model }),
  );
}

async function inOwnProcess<T>(
  entry: string,
  log: Log,
  { model, threads }: Pick<ForwardTask, 'model' | 'threads'>,
  events: Omit<InferenceEvents, 'log'>,
  use: (api: InferenceApi) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const child = fork(entry, ['inference'], {
    env: {
      ...memorySettings,
      ...process.env,
      ELECTRON_RUN_AS_NODE: '1',
      // Images are decoded on the cores that inference leaves: more threads would take turns with it.
      UV_THREADPOOL_SIZE: String(Math.max(1, Math.min(4, availableParallelism() - threads))),
    },
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  log('debug', `${model}: inference process ${child.pid}`);
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data: Buffer) => log('debug', data.toString().trimEnd()));
  const connection = createMessageConnection(
    new IPCMessageReader(child),
    new IPCMessageWriter(child),
  );
  connection.onError(([error]) => log('debug', `${model}: ${error.message}`));
  serve<InferenceEvents>(
    connection,
    { ...events, log: async entry => log(entry.level, entry.text) },
    {},
    (method, error) => log('error', `${method}: ${error}`),
  );
  connection.listen();

  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => child.kill('SIGKILL'), patience);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([use(client<InferenceApi>(connection)), death(child, model, signal)]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    connection.dispose();
    child.kill('SIGKILL');
  }
}

/** Rejects when the process ends, whatever ended it. */
function death(child: ChildProcess, model: string, signal?: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    child.on('error', error =>
      reject(failure('process.notStarted', { file: model, detail: error.message }, error)),
    );
    child.once('exit', (code, killedBy) => {
      if (signal?.aborted) reject(new Cancelled());
      const detail =
        killedBy === 'SIGKILL'
          ? 'killed, perhaps for want of memory'
          : (killedBy ?? `exit code ${code}`);
      reject(failure('process.died', { file: model, detail }));
    });
  });
}
