/**
 * A long computation that says after each step how many multiplications it took, so that whoever runs it can let others run in
 * between.
 */
export type Steps<T> = Generator<number, T>;

/** Runs it to its end without a pause. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
