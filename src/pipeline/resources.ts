import { availableParallelism, freemem } from 'node:os';
import type { Entry } from './entries.js';

/**
 * How many models run at once and with how many threads each: half the cores decode, memory sets the limit.
 * @param asked threads that the user wants; 0: as many as are good
 */
export function resources(
  entries: readonly Entry[],
  asked: number,
): { inFlight: number; threads: number } {
  const cores = availableParallelism();
  const largest = Math.max(...entries.map(entry => entry.bytes), 1);
  const affordable = Math.floor((0.7 * freemem()) / (2 * largest + 300e6));
  const inFlight = Math.max(1, Math.min(entries.length, Math.floor(cores / 2), affordable));
  const threads = asked > 0 ? asked : Math.max(1, Math.floor(cores / inFlight) - 1);
  return { inFlight, threads };
}
