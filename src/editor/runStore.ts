import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { scoreJobSchema } from '../protocol/job.js';
import type { Notice } from '../protocol/notice.js';
import type { Joint, RunResult } from '../protocol/worker.js';
import { type Report, reportSchema } from '../report/schema.js';

const runSchema = z.object({
  schema: z.literal(1),
  id: z.string(),
  /** Milliseconds since 1970. */
  started: z.number(),
  status: z.enum(['done', 'cancelled', 'failed']),
  job: scoreJobSchema,
  problem: z
    .object({
      code: z.string(),
      params: z.record(z.string(), z.union([z.string(), z.number()])),
      message: z.string(),
    })
    .nullable(),
});

/** A finished run as it is kept: what was asked, how it ended. */
export type StoredRun = Omit<z.infer<typeof runSchema>, 'problem'> & { problem: Notice | null };

const jointsSchema = z.array(
  z.object({
    model: z.string(),
    targetClasses: z.array(z.string()),
    sourceClasses: z.array(z.string()),
  }),
);

/** Ids become folder names, and come back from a page: nothing else is let through to a path. */
const idPattern = /^[0-9]{8}-[0-9]{6}-[0-9a-f]{8}$/;

/** Joints that are kept in memory: as many as are compared. */
const heldJoints = 4;

/** A new run's id; ids sort by time. */
export function newRunId(date = new Date()): string {
  const digits = date.toISOString().replace(/[-:]/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(9, 15)}-${randomBytes(4).toString('hex')}`;
}

/**
 * Finished runs, a folder each: `run.json`, `report.json` and `joints.json`, which names the classes of each
 * model; the k-th model's soft and hard counts are `<k>.soft` (float32) and `<k>.hard` (uint32), raw and
 * row-major, targets by sources. Read without any background process.
 */
export class RunStore {
  readonly folder: string;
  readonly #keep: number;
  /** Joints that were read last, so that parts of a large one are taken without reading it again. */
  readonly #joints = new Map<string, Promise<Joint | null>>();

  /** @param keep number of runs kept; the oldest are removed */
  constructor(folder: string, keep: number) {
    this.folder = folder;
    this.#keep = keep;
  }

  /** Ids of the stored runs, newest first. */
  async list(): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names
      .filter(name => idPattern.test(name))
      .sort()
      .reverse();
  }

  /** Writes a run whole or not at all, then removes what is beyond the history's length. */
  async save(run: StoredRun, result: RunResult | null): Promise<void> {
    const part = join(this.folder, `.${run.id}.part`);
    await mkdir(part, { recursive: true });
    await writeFile(join(part, 'run.json'), JSON.stringify(run, null, 2));
    if (result) {
      await writeFile(join(part, 'report.json'), JSON.stringify(result.report, null, 2));
      await writeJoints(part, result.joints);
    }
    const place = join(this.folder, run.id);
    this.#joints.clear();
    await rm(place, { recursive: true, force: true });
    await rename(part, place);
    const old = (await this.list()).slice(this.#keep);
    for (const id of old) await rm(join(this.folder, id), { recursive: true, force: true });
  }

  /** Removes a run from the history. */
  async remove(id: string): Promise<void> {
    if (idPattern.test(id)) await rm(join(this.folder, id), { recursive: true, force: true });
  }

  /** A stored run and its report; null where there is none or it cannot be understood. */
  async load(id: string): Promise<{ run: StoredRun; report: Report | null } | null> {
    const run = await this.#read(id, 'run.json', runSchema);
    return (
      run && { run: run as StoredRun, report: await this.#read(id, 'report.json', reportSchema) }
    );
  }

  /** The joint of one model of a run, or null; the same object while it is one of the last few asked for. */
  joint(id: string, model: string): Promise<Joint | null> {
    const key = JSON.stringify([id, model]);
    const joint = this.#joints.get(key) ?? this.#readJoint(id, model);
    this.#joints.delete(key);
    this.#joints.set(key, joint);
    for (const old of [...this.#joints.keys()].slice(0, -heldJoints)) this.#joints.delete(old);
    void joint.then(found => found ?? this.#joints.delete(key));
    return joint;
  }

  async #readJoint(id: string, model: string): Promise<Joint | null> {
    const joints = await this.#read(id, 'joints.json', jointsSchema);
    const k = joints?.findIndex(j => j.model === model) ?? -1;
    if (!joints || k < 0) return null;
    const { targetClasses, sourceClasses } = joints[k];
    const size = targetClasses.length * sourceClasses.length;
    const [soft, hard] = await Promise.all([
      this.#raw(id, `${k}.soft`),
      this.#raw(id, `${k}.hard`),
    ]);
    if (soft?.byteLength !== 4 * size || hard?.byteLength !== 4 * size) return null;
    return {
      model,
      targetClasses,
      sourceClasses,
      soft: new Float32Array(soft),
      hard: new Uint32Array(hard),
    };
  }

  async #read<T>(id: string, name: string, schema: z.ZodType<T>): Promise<T | null> {
    if (!idPattern.test(id)) return null;
    const text = await readFile(join(this.folder, id, name), 'utf8').catch(() => null);
    if (text === null) return null;
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      return null;
    }
  }

  async #raw(id: string, name: string): Promise<ArrayBuffer | null> {
    const buffer = await readFile(join(this.folder, id, name)).catch(() => null);
    // A copy: the buffer's own memory may be a shared pool at any alignment.
    return buffer && new Uint8Array(buffer).buffer;
  }
}

async function writeJoints(folder: string, joints: readonly Joint[]): Promise<void> {
  const index = joints.map(({ model, targetClasses, sourceClasses }) => ({
    model,
    targetClasses,
    sourceClasses,
  }));
  await writeFile(join(folder, 'joints.json'), JSON.stringify(index));
  for (const [k, { soft, hard }] of joints.entries()) {
    await writeFile(join(folder, `${k}.soft`), soft);
    await writeFile(join(folder, `${k}.hard`), hard);
  }
}
