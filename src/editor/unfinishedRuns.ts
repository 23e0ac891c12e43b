import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ScoreJob, scoreJobSchema } from '../protocol/job.js';

/** `.<process id>.job`: a window has one run in flight at most. */
const jobName = /^\.(\d+)\.job$/;

/**
 * Jobs in flight, a file for each window, so that one that comes back goes on with its own and leaves those of other
 * windows on the same folder to them.
 */
export class UnfinishedRuns {
  readonly #folder: string;
  readonly #own: string;
  readonly #pid: number;

  /** @param pid this window's process */
  constructor(folder: string, pid: number) {
    this.#folder = folder;
    this.#pid = pid;
    this.#own = join(folder, `.${pid}.job`);
  }

  /** Notes the job that this window is at. */
  async begin(job: ScoreJob): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFile(this.#own, JSON.stringify(job));
  }

  /** This window's job has ended. */
  async end(): Promise<void> {
    await rm(this.#own, { force: true });
  }

  /**
   * Takes over the job of a window that is gone; null where there is none. To be asked while this window has none in flight: what
   * bears its process id is then of an earlier process, whose id it was given again, as is usual in a container.
   */
  async take(): Promise<ScoreJob | null> {
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const pid = Number(jobName.exec(name)?.[1]);
      if (!pid || (pid !== this.#pid && alive(pid))) continue;
      const taken = `${this.#own}.taken`;
      try {
        // Two windows may come back together: one of them renames the file.
        await rename(join(this.#folder, name), taken);
        return scoreJobSchema.parse(JSON.parse(await readFile(taken, 'utf8')));
      } catch {
        // Taken by the other, or cut off when it was written: there is nothing to go on with.
      } finally {
        await rm(taken, { force: true });
      }
    }
    return null;
  }
}

/** Whether a process of this machine runs. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
