/** A request for a task that runs later; `dispose` drops what has not started. */
export interface Coalesced {
  (): void;
  dispose(): void;
}

/**
 * Turns a storm of requests into few runs of a task: it starts once requests have paused for `wait` milliseconds,
 * or after `longest` in a storm that does not pause. One run at a time; requests during it lead to one more.
 * @param task handles its own failures; one that rejects does not stop later runs
 */
export function coalesce(
  task: () => Promise<unknown>,
  { wait, longest }: { wait: number; longest: number },
): Coalesced {
  let timer: NodeJS.Timeout | undefined;
  let first: number | null = null;
  let running = false;
  let disposed = false;

  const run = async () => {
    first = null;
    running = true;
    try {
      await task();
    } catch {
      // The task reports its failures itself; the next request runs it again.
    }
    running = false;
    if (first !== null) schedule();
  };
  const schedule = () => {
    clearTimeout(timer);
    if (disposed || running || first === null) return;
    const left = Math.max(0, first + longest - performance.now());
    timer = setTimeout(() => void run(), Math.min(wait, left));
  };
  const request = () => {
    first ??= performance.now();
    schedule();
  };
  return Object.assign(request, {
    dispose: () => {
      disposed = true;
      clearTimeout(timer);
    },
  });
}
