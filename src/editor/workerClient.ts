import { type ChildProcess, fork } from 'node:child_process';
import { delimiter } from 'node:path';
import { createMessageConnection, IPCMessageReader, IPCMessageWriter } from 'vscode-jsonrpc/node';
import type { DatasetColumns } from '../protocol/datasetColumns.js';
import type { DatasetOptions } from '../protocol/datasetOptions.js';
import type { Fits } from '../protocol/fits.js';
import type { ModelOutputs } from '../protocol/inference.js';
import type { ScoreJob } from '../protocol/job.js';
import { Cancelled, failure } from '../protocol/notice.js';
import type { SampleAddress, SampleCopy } from '../protocol/place.js';
import type { PredictionFile } from '../protocol/predictionFile.js';
import { client, serve } from '../protocol/rpc.js';
import { nativeFolders, type WorkerApi, type WorkerEvents } from '../protocol/worker.js';
import type { Report } from '../report/schema.js';

/** What the client needs of a log; VS Code's `LogOutputChannel` has it. */
export type Log = Record<'debug' | 'info' | 'warn' | 'error', (text: string) => void>;

export interface WorkerOptions {
  /** The bundled background process, `dist/worker.js`. */
  entry: string;
  log: Log;
  /** False in an untrusted workspace: no process is started. */
  trusted(): boolean;
  /** The Node that runs it; undefined: the editor's own. */
  nodePath(): string | undefined;
  /** Folders in which native runtimes that the user installed are looked for. */
  nativeFolders?(): string[];
  /** Without work for this long, the process is stopped. */
  idleMilliseconds: number;
}

/** What is told while a job runs. */
export type ScoreEvents = Pick<WorkerEvents, 'progress' | 'partial' | 'joint'>;

interface Running {
  child: ChildProcess;
  api: WorkerApi;
  /** Rejects when the process ends, whatever ended it. */
  ended: Promise<never>;
}

/** A process that ignores a cancellation for this long is killed. */
const patience = 3000;

/**
 * The background process as the editor sees it: started by the first call, stopped when idle, started
 * anew by the next call when it died. A call in flight then fails with `worker.died`.
 */
export class WorkerClient {
  readonly #options: WorkerOptions;
  #running: Running | null = null;
  #calls = 0;
  #outdated = false;
  #idle: NodeJS.Timeout | undefined;
  #events: ScoreEvents | null = null;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** Id of the process, or null while none runs. */
  get pid(): number | null {
    return this.#running?.child.pid ?? null;
  }

  /** Runs a job; `events` are called until the promise settles. Rejects with `Cancelled` on abort. */
  async score(job: ScoreJob, events: ScoreEvents, signal: AbortSignal): Promise<Report> {
    let deadline: NodeJS.Timeout | undefined;
    const onAbort = () => {
      const process = this.#running;
      deadline = setTimeout(() => process?.child.kill('SIGKILL'), patience);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#events = events;
    try {
      return await this.#call(api => api.score(job, signal));
    } catch (error) {
      throw signal.aborted ? new Cancelled() : error;
    } finally {
      this.#events = null;
      clearTimeout(deadline);
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** Shares of classes and the samples that fit worst, of a model of a finished job. */
  fits(job: ScoreJob, model: string, count: number): Promise<Fits> {
    return this.#call(api => api.fits({ job, model, count }));
  }

  /** A sample from inside a file. */
  sample(address: SampleAddress): Promise<SampleCopy> {
    return this.#call(api => api.sample(address));
  }

  /** The outputs of a model. */
  outputs(model: string): Promise<ModelOutputs> {
    return this.#call(api => api.outputs({ model }));
  }

  /** Those of some models beside which no file says how samples are preprocessed. */
  assumed(models: string[]): Promise<string[]> {
    return this.#call(api => api.assumed({ models }));
  }

  /** The arrays of a file of predictions. */
  predictions(file: string): Promise<PredictionFile> {
    return this.#call(api => api.predictions({ file }));
  }

  /** What of a dataset a user may be asked about. */
  columns(dataset: string, options: DatasetOptions): Promise<DatasetColumns | null> {
    return this.#call(api => api.columns({ dataset, options }));
  }

  /** Bytes of the predictions store. */
  cacheSize(cache: string): Promise<number> {
    return this.#call(api => api.cacheSize({ cache }));
  }

  /** Empties the predictions store; resolves with the bytes freed. */
  clearCache(cache: string): Promise<number> {
    return this.#call(api => api.clearCache({ cache }));
  }

  /** Stops the process; the next call starts a new one. */
  stop(): void {
    clearTimeout(this.#idle);
    const child = this.#running?.child;
    this.#running = null;
    if (!child) return;
    // Losing its channel is the process's sign to end; one that hangs is killed.
    if (child.connected) child.disconnect();
    const kill = setTimeout(() => child.kill('SIGKILL'), patience);
    kill.unref();
    child.once('exit', () => clearTimeout(kill));
  }

  /** What it is started with has changed: the process is stopped when nothing is in flight in it. */
  renew(): void {
    this.#outdated = this.#calls > 0;
    if (!this.#outdated) this.stop();
  }

  dispose(): void {
    this.stop();
  }

  async #call<T>(use: (api: WorkerApi) => Promise<T>): Promise<T> {
    if (!this.#options.trusted()) throw failure('workspace.untrusted', {});
    clearTimeout(this.#idle);
    this.#running ??= this.#start();
    const { api, ended } = this.#running;
    this.#calls++;
    try {
      return await Promise.race([use(api), ended]);
    } finally {
      if (--this.#calls === 0) {
        if (this.#outdated) this.renew();
        this.#idle = setTimeout(() => this.stop(), this.#options.idleMilliseconds);
        this.#idle.unref();
      }
    }
  }

  #start(): Running {
    const { entry, log } = this.#options;
    const execPath = this.#options.nodePath() ?? process.execPath;
    const child = fork(entry, [], {
      execPath,
      // The extension host's own flags (a debugger's port, for one) are not the worker's.
      execArgv: [],
      env: {
        ...workerEnvironment(process.env),
        [nativeFolders]: (this.#options.nativeFolders?.() ?? []).join(delimiter),
      },
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    log.info(`worker ${child.pid ?? '-'}: started with ${execPath}`);
    child.stdout?.on('data', data => log.info(`worker ${child.pid}: ${String(data).trimEnd()}`));
    child.stderr?.on('data', data => log.warn(`worker ${child.pid}: ${String(data).trimEnd()}`));

    const connection = createMessageConnection(
      new IPCMessageReader(child),
      new IPCMessageWriter(child),
      { error: log.error, warn: log.warn, info: log.info, log: log.debug },
    );
    // What cannot be written any more shows as the process's end, which is waited for anyway.
    connection.onError(([error]) => log.debug(`worker ${child.pid}: ${error.message}`));
    serve<WorkerEvents>(
      connection,
      {
        progress: async progress => this.#events?.progress(progress),
        partial: async report => this.#events?.partial(report),
        joint: async joint => this.#events?.joint(joint),
        log: async ({ level, text }) => log[level](text),
      },
      {},
      (method, error) => log.error(`${method}: ${error instanceof Error ? error.stack : error}`),
    );
    connection.listen();

    const ended = new Promise<never>((_, reject) => {
      const end = (error: Error) => {
        if (this.#running?.child === child) this.#running = null;
        reject(error);
        connection.dispose();
      };
      // `exit`, not `close`: a pipe that a grandchild still holds must not delay the news.
      child.once('exit', (code, signal) => {
        const detail = signal ?? `exit code ${code}`;
        log.info(`worker ${child.pid}: ended (${detail})`);
        end(failure('worker.died', { detail }));
      });
      child.once('error', error => {
        log.error(`worker: ${error.message}`);
        end(failure('worker.notStarted', { file: execPath, detail: error.message }, error));
      });
    });
    ended.catch(() => undefined);
    return { child, api: client<WorkerApi>(connection), ended };
  }
}

/** A copy of the environment without what steers the editor's own processes, for a plain Node. */
function workerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(
    ([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$|NODE_CHANNEL_)/.test(name),
  );
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}
