import * as vscode from 'vscode';
import type { Fits } from '../protocol/fits.js';
import { noticeSchema, type RunProgress, type ScoreJob } from '../protocol/job.js';
import { Cancelled, type Notice, noticeOf } from '../protocol/notice.js';
import type { PanelState } from '../protocol/panel.js';
import type { SampleAddress } from '../protocol/place.js';
import type { Joint } from '../protocol/worker.js';
import type { Report } from '../report/schema.js';
import type { DatasetMemory } from './datasetMemory.js';
import { goesOn, holdsMore } from './resumption.js';
import { type RunSummary, runHistory } from './runHistory.js';
import { newRunId, type RunStore } from './runStore.js';
import { runSettings } from './settings.js';
import { changedSince, watchPaths } from './staleness.js';
import { Stars } from './stars.js';
import type { UnfinishedRuns } from './unfinishedRuns.js';
import { openFolder } from './wording.js';
import type { WorkerClient } from './workerClient.js';

/** The run that the panel and the status bar show. */
interface Run {
  id: string;
  /** When it was started, milliseconds since 1970. */
  started: number;
  job: ScoreJob;
  /** Id of the run that it goes on with, whose place in the history it takes. */
  resumes: string | null;
  status: Exclude<PanelState['status'], 'empty'>;
  report: Report | null;
  /** Matrices that could not be written to the disk. */
  joints: Joint[];
  progress: RunProgress | null;
  problem: Notice | null;
  stale: string[];
}

/** What to score: absolute paths. */
export interface Request {
  models: string[];
  /** Those of them that a search came upon. */
  found?: string[];
  dataset: string;
}

/** Images that fit worst which are shown. */
const mostFits = 24;

/** Key of what the user chose to see in the panel, as its page gave it. */
const viewKey = 'transferlens.view';

/** The one current run: starts it, follows it, keeps it when finished, and says when it is out of date. */
export class Runs implements vscode.Disposable {
  readonly #worker: WorkerClient;
  readonly #store: RunStore;
  readonly #unfinished: UnfinishedRuns;
  readonly #stars: Stars;
  readonly #memento: vscode.Memento;
  readonly #memory: DatasetMemory;
  readonly #cache: string;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #started = new vscode.EventEmitter<Promise<void>>();
  readonly #failed = new vscode.EventEmitter<Notice>();
  readonly #listed = new vscode.EventEmitter<void>();
  readonly #kept: vscode.FileSystemWatcher;
  #run: Run | null = null;
  #abort: AbortController | null = null;
  #finished: Promise<void> = Promise.resolve();
  #watch: vscode.Disposable | null = null;
  #disposed = false;

  /** Something that `state` shows has changed. */
  readonly onDidChange = this.#changed.event;
  /** A run was started; the promise resolves when it has ended, however it ended. */
  readonly onDidStart = this.#started.event;
  /** A run has begun or ended, another one is shown, or the history has changed: not its every step. */
  readonly onDidFinish = this.#listed.event;
  /** A run as a whole failed. */
  readonly onDidFail = this.#failed.event;

  /** @param cache folder of the predictions store */
  constructor(
    worker: WorkerClient,
    store: RunStore,
    unfinished: UnfinishedRuns,
    stars: Stars,
    memento: vscode.Memento,
    memory: DatasetMemory,
    cache: string,
    log: vscode.LogOutputChannel,
  ) {
    this.#worker = worker;
    this.#store = store;
    this.#unfinished = unfinished;
    this.#stars = stars;
    this.#memento = memento;
    this.#memory = memory;
    this.#cache = cache;
    this.#log = log;
    // Another window on the same folder keeps its runs and its marks at the same place.
    const folder = new vscode.RelativePattern(vscode.Uri.file(store.folder), '*');
    this.#kept = vscode.workspace.createFileSystemWatcher(folder, false, true);
    const look = async ({ path }: vscode.Uri) => {
      if (!Stars.isStar(path)) return this.#listed.fire();
      await this.#stars.read();
      this.#changed.fire();
    };
    this.#kept.onDidCreate(look);
    this.#kept.onDidDelete(look);
    void this.#stars.read().then(() => this.#changed.fire());
  }

  get running(): boolean {
    return this.#abort !== null;
  }

  /** Models and dataset of the current run, or null. */
  get request(): Request | null {
    if (!this.#run) return null;
    const { models, found, dataset } = this.#run.job;
    return { models, found, dataset };
  }

  /** All that the panel's page shows. */
  state(): PanelState {
    const run = this.#run;
    return {
      status: run?.status ?? 'empty',
      run: run?.id ?? null,
      report: run?.report ?? null,
      progress: run?.progress ?? null,
      problem: run?.problem ?? null,
      stale: run?.stale ?? [],
      trusted: vscode.workspace.isTrusted,
      stars: [...this.#stars.models],
      view: this.#memento.get<string>(viewKey) ?? null,
      folder: openFolder(),
      strings: vscode.l10n.bundle ?? {},
      locale: vscode.env.language,
    };
  }

  /** Marks a model for the user, or takes the mark away, in all windows on the folder. */
  async star(path: string, on: boolean): Promise<void> {
    await this.#stars.set(path, on);
    this.#changed.fire();
  }

  /** Keeps what the user chose to see in this window: VS Code itself forgets it with the panel, and saves it late. */
  async keepView(view: string): Promise<void> {
    await this.#memento.update(viewKey, view);
  }

  /** Scores by the current settings. A run in flight is cancelled first. Resolves when the run has ended. */
  start(request: Request): Promise<void> {
    return this.#execute({
      options: this.#memory.optionsOf(request.dataset),
      ...request,
      ...runSettings(),
      cache: this.#cache,
    });
  }

  /** The current run's models and dataset again, by the current settings. */
  async rerun(): Promise<void> {
    const request = this.request;
    if (request) await this.start(request);
  }

  /**
   * The same job again: what is in the predictions store is not computed again.
   * @param model id of the one failed model that is tried again: the failures of others stand; by default all are
   */
  async retry(model?: string): Promise<void> {
    if (!this.#run) return;
    const { job, report } = this.#run;
    const others = report?.models.filter(({ id }) => model !== undefined && id !== model) ?? [];
    const failed = Object.fromEntries(
      others.flatMap(({ path, reason }) =>
        reason ? [[path, noticeSchema.parse({ params: {}, ...reason })]] : [],
      ),
    );
    await this.#execute({ ...job, failed });
  }

  /** The same job on all samples. */
  async useAll(): Promise<void> {
    if (this.#run) await this.#execute({ ...this.#run.job, maxSamples: 'all' });
  }

  /** Ends the run in flight; its rows so far stay. Resolves when it has ended. */
  async cancel(): Promise<void> {
    this.#abort?.abort();
    await this.#finished;
  }

  /** How many runs the history has. */
  async kept(): Promise<number> {
    return (await this.#store.list()).length;
  }

  /** Runs that ended, the newest first, with the one in flight before them. */
  history(): Promise<RunSummary[]> {
    return runHistory(this.#store, this.#run);
  }

  /** Shows a run of the history in the place of the current one; a run in flight goes on being shown. */
  async open(id: string): Promise<void> {
    if (this.running || this.#run?.id === id) return;
    const stored = await this.#store.load(id);
    if (stored) await this.#show(id, stored);
  }

  /** Forgets runs; one that is shown stays shown. */
  async forget(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.#store.remove(id);
    this.#listed.fire();
  }

  /** The report of a run of the history. */
  async report(id: string): Promise<Report | null> {
    return this.#run?.id === id ? this.#run.report : ((await this.#store.load(id))?.report ?? null);
  }

  /** Shows a stored run (the newest by default), unless there is a run already. */
  async restore(id?: string): Promise<void> {
    if (this.#run) return;
    for (const candidate of [...(id ? [id] : []), ...(await this.#store.list())]) {
      const stored = await this.#store.load(candidate);
      if (!stored || this.#run) continue;
      await this.#show(candidate, stored);
      return;
    }
  }

  async #show(
    candidate: string,
    stored: NonNullable<Awaited<ReturnType<RunStore['load']>>>,
  ): Promise<void> {
    const { started, job, status, problem } = stored.run;
    const { report } = stored;
    this.#run = {
      id: candidate,
      started,
      job,
      resumes: null,
      status,
      report,
      joints: [],
      progress: null,
      problem,
      stale: await changedSince(job.models, started),
    };
    this.#follow(this.#run);
    this.#changed.fire();
    this.#listed.fire();
  }

  /** Goes on with a job that was in flight when its window was closed. */
  async resume(): Promise<void> {
    const job = this.running ? null : await this.#unfinished.take();
    if (job) await this.#execute(job);
  }

  /** Why a model of the current run scores as it does; null of another run, which is looked at only. */
  async fits(id: string, model: string, samples = mostFits): Promise<Fits | null> {
    const run = this.#run;
    if (run?.id !== id || run.status === 'running') return null;
    return this.#worker.fits(run.job, model, samples);
  }

  /** What names a sample of the current run's dataset. */
  addressOf(row: number): SampleAddress | null {
    return this.#run && { dataset: this.#run.job.dataset, options: this.#run.job.options, row };
  }

  /** The joint behind one model's scores, for the heatmap: the same object until there is another one. */
  async joint(id: string, model: string): Promise<Joint | null> {
    const inMemory = this.#run?.id === id && this.#run.joints.find(j => j.model === model);
    return inMemory || this.#store.joint(id, model);
  }

  dispose(): void {
    this.#disposed = true;
    this.#abort?.abort();
    this.#watch?.dispose();
    this.#kept.dispose();
    this.#changed.dispose();
    this.#listed.dispose();
    this.#started.dispose();
    this.#failed.dispose();
  }

  /** Runs a job. Which failures stand is of this one time: the job that is kept, and may be run again, has none. */
  async #execute({ failed, ...job }: ScoreJob): Promise<void> {
    await this.cancel();
    const abort = new AbortController();
    const earlier = this.#run && goesOn(this.#run, job) ? this.#run : null;
    const run: Run = {
      id: newRunId(),
      started: Date.now(),
      job,
      resumes: earlier?.id ?? null,
      status: 'running',
      report: null,
      joints: [],
      progress: null,
      problem: null,
      stale: [],
    };
    this.#run = run;
    this.#abort = abort;
    this.#follow(run);
    this.#finished = this.#score(run, { ...job, failed }, abort);
    this.#changed.fire();
    this.#listed.fire();
    this.#started.fire(this.#finished);
    await this.#finished;
  }

  async #score(run: Run, job: ScoreJob, abort: AbortController): Promise<void> {
    this.#log.info(`run ${run.id}: ${job.models.length} models on ${job.dataset}`);
    await this.#unfinished.begin(job).catch(error => this.#log.error('job:', error));
    const events = {
      progress: async (progress: RunProgress) => {
        const named = run.progress?.dataset !== progress.dataset;
        run.progress = progress;
        this.#changed.fire();
        if (named) this.#listed.fire();
      },
      partial: async (report: Report) => {
        run.report = report;
        this.#changed.fire();
      },
      joint: async (joint: Joint) => {
        try {
          await this.#store.addJoint(run.id, joint);
        } catch (error) {
          this.#log.error(`run ${run.id}: ${joint.model}:`, error as Error);
          run.joints = [...run.joints.filter(j => j.model !== joint.model), joint];
        }
      },
    };
    try {
      run.report = await this.#worker.score(job, events, abort.signal);
      run.status = 'done';
    } catch (error) {
      if (this.#disposed) return;
      run.status = error instanceof Cancelled ? 'cancelled' : 'failed';
      if (run.status === 'failed') {
        run.problem = noticeOf(error);
        this.#log.error(`run ${run.id}:`, error);
      }
    }
    this.#log.info(`run ${run.id}: ${run.status}`);
    this.#abort = null;
    await this.#keep(run);
    await this.#unfinished.end().catch(error => this.#log.error('job:', error));
    this.#changed.fire();
    this.#listed.fire();
    if (run.problem) this.#failed.fire(run.problem);
  }

  /** Keeps a run that has ended: in the place of the one that it goes on with, unless that one holds more. */
  async #keep(run: Run): Promise<void> {
    const { id, started, status, job, problem, report, resumes } = run;
    if (status === 'running') return;
    try {
      const earlier = resumes && (await this.#store.load(resumes));
      if (resumes && earlier && status !== 'done' && holdsMore(earlier.report, report)) {
        Object.assign(run, { id: resumes, report: earlier.report, joints: [], resumes: null });
        await this.#store.discard(id);
        return;
      }
      await this.#store.save({ schema: 1, id, started, status, job, problem }, report);
      if (resumes) await this.#store.remove(resumes);
    } catch (error) {
      // The run stays usable in this window; only its history is lost.
      this.#log.error(`run ${id}: could not be kept`, error as Error);
    }
  }

  #follow(run: Run): void {
    this.#watch?.dispose();
    this.#watch = watchPaths(run.job.models, run.job.dataset, run.started, path => {
      if (run.stale.includes(path)) return;
      run.stale = [...run.stale, path];
      this.#changed.fire();
    });
  }
}
