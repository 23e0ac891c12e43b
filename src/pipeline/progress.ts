import type { ModelProgress, RunProgress } from '../protocol/job.js';
import type { Entry } from './entries.js';

/** Keeps how far a run is and tells it, at most a few times a second. */
export class ProgressTracker {
  private models: ModelProgress[];
  private phase: RunProgress['phase'] = 'listing';
  private timer: NodeJS.Timeout | undefined;
  /** When each model began to be loaded or scored, and how long that took in all where it is through: seconds. */
  private readonly since = new Map<string, number>();
  private readonly beside = new Map<string, number>();
  private dataset: string | null = null;
  private scored = 0;
  private available = 0;

  constructor(
    entries: readonly Entry[],
    /** Models that run at once. */
    private readonly lanes: number,
    private readonly tell: (progress: RunProgress) => void,
    /** The time, seconds. */
    private readonly now = () => performance.now() / 1000,
  ) {
    this.models = entries.map(({ id, name, path }) => ({
      ...{ id, name, path },
      state: 'waiting',
      done: 0,
      total: 0,
      imagesPerSecond: null,
    }));
  }

  /** Another phase of the run begins: told at once. */
  begin(phase: RunProgress['phase']): void {
    this.phase = phase;
    this.flush();
  }

  /** What is scored: how many samples of the dataset, and how many there are in the split. */
  sample(dataset: string, scored: number, available: number): void {
    this.dataset = dataset;
    this.scored = scored;
    this.available = available;
    this.toPredict(scored);
  }

  /** How many different images each model has to see. */
  toPredict(images: number): void {
    for (const model of this.models) model.total = images;
    this.flush();
  }

  /** Tells nothing any more. */
  stop(): void {
    clearTimeout(this.timer);
  }

  /** A model is no part of the run any more. */
  leave(id: string): void {
    this.models = this.models.filter(m => m.id !== id);
    this.flush();
  }

  /** What changed of a model: told at once if it is its state, else soon. */
  update(id: string, change: Partial<ModelProgress>): void {
    const model = this.models.find(m => m.id === id);
    if (!model) return;
    const before = model.state;
    Object.assign(model, change);
    if (model.state !== before) {
      this.clock(id, model.state);
      this.flush();
    } else this.timer ??= setTimeout(() => this.flush(), 150);
  }

  /** Counts the time that a model takes beside its forward pass. */
  private clock(id: string, state: ModelProgress['state']): void {
    const now = this.now();
    const began = this.since.get(id);
    if (began !== undefined) this.beside.set(id, (this.beside.get(id) ?? 0) + now - began);
    if (state === 'loading' || state === 'scoring') this.since.set(id, now);
    else this.since.delete(id);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.tell({
      phase: this.phase,
      dataset: this.dataset,
      models: this.models.map(m => ({ ...m })),
      secondsLeft: this.cost(
        m => m.state !== 'scored',
        m => (m.state === 'scoring' ? 0 : Math.max(0, m.total - m.done)),
      ),
      secondsForAll: this.cost(
        () => true,
        () => this.available,
      ),
      scored: this.scored,
      available: this.available,
    });
  }

  /** Seconds that some models take for so many images each; null before the first speed is known. */
  private cost(
    which: (m: ModelProgress) => boolean,
    images: (m: ModelProgress) => number,
  ): number | null {
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
    const known = this.models.flatMap(m => (m.imagesPerSecond ? [1 / m.imagesPerSecond] : []));
    if (known.length === 0) return null;
    // A model that has not run yet is taken to be as fast as the others on average, and to be loaded and scored as fast.
    const typical = mean(known);
    const through = this.models.filter(m => m.state === 'scored');
    const beside = through.length > 0 ? mean(through.map(m => this.beside.get(m.id) ?? 0)) : 0;
    const each = this.models
      .filter(m => m.state !== 'failed' && which(m))
      .map(m => beside + images(m) * (m.imagesPerSecond ? 1 / m.imagesPerSecond : typical));
    // Lanes share the work, but no model is split between two.
    return Math.max(each.reduce((a, b) => a + b, 0) / this.lanes, ...each, 0);
  }
}
