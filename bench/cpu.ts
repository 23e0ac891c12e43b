/**
 * CPU seconds of this process (all threads, user and system) that some pieces of work take, median of some rounds. They take turns, so that
 * what else the machine does meets all of them: wall times would tell more of that than of the work.
 */
export async function cpuSeconds(
  works: readonly (() => Promise<unknown>)[],
  rounds = 5,
): Promise<number[]> {
  const seconds: number[][] = works.map(() => []);
  for (let round = 0; round < rounds; round++)
    for (const [k, work] of works.entries()) {
      const before = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(before);
      seconds[k].push((user + system) / 1e6);
    }
  return seconds.map(all => all.sort((a, b) => a - b)[all.length >> 1]);
}
