import type { Steps } from '../../numerics/steps.js';
import { throwIfCancelled } from '../../protocol/notice.js';

/** Elements of θ handled between two pauses: some 5 to 20 ms. */
const stride = 4e6;

/** Keeps long loops from holding the event loop: they report what they did and pause when told to. */
export class Pace {
  private done = 0;

  constructor(private readonly signal?: AbortSignal) {}

  /** Whether to pause now, after `elements` more elements. */
  due(elements: number): boolean {
    this.done += elements;
    return this.done >= stride;
  }

  /** Runs something to its end that says now and then how many elements it has handled. */
  async through<T>(steps: Steps<T>): Promise<T> {
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      if (this.due(value)) await this.pause();
    }
  }

  /** Lets other tasks run. Throws `Cancelled` when the signal is aborted. */
  async pause(): Promise<void> {
    this.done = 0;
    // A resolved promise would only let other promises run; this lets messages, input and timers in, and does not wait a
    // millisecond as a timer would: with a pause a group that was half a second of two.
    await new Promise<void>(resolve => setImmediate(resolve));
    throwIfCancelled(this.signal);
  }
}
