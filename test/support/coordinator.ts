import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { join } from 'node:path';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import { noOptions } from '../../src/protocol/datasetOptions.js';
import type { RunProgress, ScoreJob } from '../../src/protocol/job.js';
import { client, serve } from '../../src/protocol/rpc.js';
import type { Joint, WorkerApi, WorkerEvents } from '../../src/protocol/worker.js';
import type { Report } from '../../src/report/schema.js';
import { root } from './referenceData.js';

/** The built background process, spoken to as the editor does. */
export interface Coordinator {
  api: WorkerApi;
  child: ChildProcess;
  progress: RunProgress[];
  partials: Report[];
  joints: Joint[];
  log: string[];
  /** Called at every progress. */
  onProgress: (progress: RunProgress) => void;
  stop(): void;
}

const running = new Set<Coordinator>();
process.on('exit', () => {
  for (const one of running) one.stop();
});

/** @param folder where `dist/` is */
export function startCoordinator(folder = root): Coordinator {
  const child = fork(join(folder, 'dist', 'worker.js'), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  });
  const connection = createMessageConnection(
    new IPCMessageReader(child),
    new IPCMessageWriter(child),
  );
  const one: Coordinator = {
    api: client<WorkerApi>(connection),
    child,
    progress: [],
    partials: [],
    joints: [],
    log: [],
    onProgress: () => undefined,
    stop: () => {
      running.delete(one);
      connection.dispose();
      child.kill('SIGKILL');
    },
  };
  serve<WorkerEvents>(
    connection,
    {
      progress: async p => {
        one.progress.push(p);
        one.onProgress(p);
      },
      partial: async report => void one.partials.push(report),
      joint: async joint => void one.joints.push(joint),
      log: async entry => void one.log.push(`${entry.level} ${entry.text}`),
    },
    {},
    (method, error) => console.error(method, error),
  );
  connection.listen();
  running.add(one);
  return one;
}

/** A job with every default that the editor would give. */
export function jobOf(
  models: string[],
  dataset: string,
  cache: string | null,
  more: Partial<ScoreJob> = {},
): ScoreJob {
  return {
    models,
    options: noOptions,
    dataset,
    measures: [],
    intent: 'fineTune',
    split: 'auto',
    maxSamples: 'auto',
    seed: 0,
    threads: 0,
    cache,
    cacheLimit: 10e9,
    ...more,
  };
}

/** Process ids of the inference processes that a coordinator has running. */
export function inferenceProcesses(coordinator: Coordinator): number[] {
  try {
    return execFileSync('pgrep', ['-P', String(coordinator.child.pid), '-f', 'inference'])
      .toString()
      .trim()
      .split('\n')
      .map(Number);
  } catch {
    return [];
  }
}
