import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { noticeSchema, scoreJobSchema } from '../protocol/job.js';
import type { Joint } from '../protocol/worker.js';
import { type Report, reportSchema } from '../report/schema.js';
import { alive } from './unfinishedRuns.js';

const runSchema = z.object({
  schema: z.literal(1),
  id: z.string(),
  /** Milliseconds since 1970. */
  started: z.number(),
  status: z.enum(['done', 'cancelled', 'failed']),
  job: scoreJobSchema,
  problem: noticeSchema.nullable(),
});

/** A finished run as it is kept: what was asked, how it ended. */
export type StoredRun = z.infer<typeof runSchema>;

/** The classes of the k-th model's matrix. */
const jointsSchema = z.array(
  z.object({
    model: z.string(),
    targetClasses: z.array(z.string()),
    sourceClasses: z.array(z.string()),
  }),
);

type JointNames = z.infer<typeof jointsSchema>;

/** Ids become folder names, and come back from a page: nothing else is let through to a path. */
const idPattern = /^[0-9]{8}-[0-9]{6}-[0-9a-f]{8}$/;

/** `.<process id>.<run's id>.part`: what is there of a run that is not saved yet, of the window with that process. */
const partPattern = /^\.(\d+)\.([0-9a-f-]+)\.part$/;

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
 * row-major, targets by sources. Read without any background process. Matrices of a run that goes on are written as
 * they come: a window would not hold those of many models.
 */
export class RunStore {
  readonly folder: string;
  readonly #keep: number;
  /** Joints that were read last, so that parts of a large one are taken without reading it again. */
  readonly #joints = new Map<string, Promise<Joint | null>>();
  /** Joints that are written of runs that are not saved, by run. */
  readonly #unsaved = new Map<string, JointNames>();
  /** What is written at the moment, one after the other; rejects never. */
  #writing: Promise<unknown> = Promise.resolve();

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

  /** Writes a joint of a run that goes on; an earlier one of the same model is no more. Rejects where it cannot be written. */
  addJoint(id: string, joint: Joint): Promise<void> {
    return this.#inTurn(() => this.#writeJoint(id, joint));
  }

  /** Writes a run whole, with the joints that it has by now, or not at all; then removes what is beyond the history's length. */
  save(run: StoredRun, report: Report | null): Promise<void> {
    return this.#inTurn(() => this.#write(run, report));
  }

  /** Leaves nothing of a run that is not saved. */
  discard(id: string): Promise<void> {
    return this.#inTurn(async () => {
      this.#unsaved.delete(id);
      await rm(this.#partOf(id), { recursive: true, force: true });
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#writing.then(work);
    this.#writing = done.catch(() => undefined);
    return done;
  }

  async #write(run: StoredRun, report: Report | null): Promise<void> {
    const part = this.#partOf(run.id);
    await mkdir(part, { recursive: true });
    await writeFile(join(part, 'run.json'), JSON.stringify(run, null, 2));
    await writeFile(join(part, 'joints.json'), JSON.stringify(this.#unsaved.get(run.id) ?? []));
    if (report) await writeFile(join(part, 'report.json'), JSON.stringify(report, null, 2));
    const place = join(this.folder, run.id);
    await rm(place, { recursive: true, force: true });
    await rename(part, place);
    this.#unsaved.delete(run.id);
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
    return run && { run, report: await this.#read(id, 'report.json', reportSchema) };
  }

  /** The joint of one model of a run, or null; the same object while it is one of the last few asked for. */
  joint(id: string, model: string): Promise<Joint | null> {
    const key = keyOf(id, model);
    const joint = this.#joints.get(key) ?? this.#readJoint(id, model);
    this.#joints.delete(key);
    this.#joints.set(key, joint);
    for (const old of [...this.#joints.keys()].slice(0, -heldJoints)) this.#joints.delete(old);
    void joint.then(found => found ?? this.#joints.delete(key));
    return joint;
  }

  async #writeJoint(id: string, { soft, hard, ...names }: Joint): Promise<void> {
    if (!this.#unsaved.has(id)) await this.#sweep();
    const joints = this.#unsaved.get(id) ?? [];
    const { model, targetClasses, sourceClasses } = names;
    const before = joints.findIndex(j => j.model === model);
    const k = before < 0 ? joints.length : before;
    const part = this.#partOf(id);
    await mkdir(part, { recursive: true });
    await writeFile(join(part, `${k}.soft`), soft);
    await writeFile(join(part, `${k}.hard`), hard);
    joints[k] = { model, targetClasses, sourceClasses };
    this.#unsaved.set(id, joints);
    this.#joints.delete(keyOf(id, model));
  }

  /** Removes what windows that are gone left of runs; a process id of old may be this window's by now. */
  async #sweep(): Promise<void> {
    for (const name of await readdir(this.folder).catch(() => [])) {
      const [, pid, id] = partPattern.exec(name) ?? [];
      if (!pid || this.#unsaved.has(id)) continue;
      if (Number(pid) === process.pid || !alive(Number(pid)))
        await rm(join(this.folder, name), { recursive: true, force: true });
    }
  }

  #partOf(id: string): string {
    return join(this.folder, `.${process.pid}.${id}.part`);
  }

  async #readJoint(id: string, model: string): Promise<Joint | null> {
    if (!idPattern.test(id)) return null;
    await this.#writing;
    const unsaved = this.#unsaved.get(id);
    const folder = unsaved ? this.#partOf(id) : join(this.folder, id);
    const joints = unsaved ?? (await this.#read(id, 'joints.json', jointsSchema));
    const k = joints?.findIndex(j => j.model === model) ?? -1;
    if (!joints || k < 0) return null;
    const { targetClasses, sourceClasses } = joints[k];
    const size = targetClasses.length * sourceClasses.length;
    const [soft, hard] = await Promise.all([
      raw(join(folder, `${k}.soft`)),
      raw(join(folder, `${k}.hard`)),
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
}

function keyOf(id: string, model: string): string {
  return JSON.stringify([id, model]);
}

/** The bytes of a file; null where it cannot be read. */
async function raw(path: string): Promise<ArrayBuffer | null> {
  const buffer = await readFile(path).catch(() => null);
  // A copy: the buffer's own memory may be a shared pool at any alignment.
  return buffer && new Uint8Array(buffer).buffer;
}
