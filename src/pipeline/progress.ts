import type { ModelProgress, RunProgress } from '../protocol/job.js';
import type { Entry } from './entries.js';

/** Keeps how far a run is and tells it, at most a few times a second. */
export class ProgressTracker {
  private models: ModelProgress[];
  private phase: RunProgress['phase'] = 'listing';
  private timer: NodeJS.Timeout | undefined;
  private scored = 0;
  private available = 0;

  constructor(
    entries: readonly Entry[],
    /** Models that run at once. */
    private readonly lanes: number,
    private readonly tell: (progress: RunProgress) => void,
  ) {
    this.models = entries.map(({ id, name }) => ({
      id,
      name,
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

  /** How many samples are scored, and how many there are in the split. */
  sample(scored: number, available: number): void {
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
    if (model.state !== before) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), 150);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const cost = (images: (m: ModelProgress) => number) => {
      const known = this.models.flatMap(m => (m.imagesPerSecond ? [1 / m.imagesPerSecond] : []));
      if (known.length === 0) return null;
      // A model that has not run yet is taken to be as fast as the others on average.
      const typical = known.reduce((a, b) => a + b, 0) / known.length;
      const each = this.models
        .filter(m => m.state !== 'failed')
        .map(m => images(m) * (m.imagesPerSecond ? 1 / m.imagesPerSecond : typical));
      // Lanes share the work, but no model is split between two.
      return Math.max(each.reduce((a, b) => a + b, 0) / this.lanes, ...each, 0);
    };
    const left = (m: ModelProgress) =>
      m.state === 'scored' || m.state === 'scoring' ? 0 : Math.max(0, m.total - m.done);
    this.tell({
      phase: this.phase,
      models: this.models.map(m => ({ ...m })),
      secondsLeft: cost(left),
      secondsForAll: cost(() => this.available),
      scored: this.scored,
      available: this.available,
    });
  }
}
