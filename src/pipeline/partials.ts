/** Shortest time between two reports of a run that goes on, milliseconds. */
const interval = 200;

/** Tells the report so far when models are done: those that come at once together, and none waits for the next one. */
export class PartialReports {
  private timer: NodeJS.Timeout | undefined;
  private telling: Promise<void> = Promise.resolve();
  private last = performance.now();

  /** @param tell makes the report and sends it; rejects never */
  constructor(private readonly tell: () => Promise<void>) {}

  /** Another model is done. */
  changed(): void {
    this.timer ??= setTimeout(
      () => {
        this.timer = undefined;
        this.last = performance.now();
        this.telling = this.telling.then(this.tell);
      },
      Math.max(0, this.last + interval - performance.now()),
    );
  }

  /** Nothing is told any more once this has resolved. */
  async stop(): Promise<void> {
    clearTimeout(this.timer);
    await this.telling;
  }
}
