import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { datasetLayouts } from '../../src/datasets/index.js';
import { discover } from '../../src/discovery/index.js';
import { modelFormats } from '../../src/models/index.js';
import { type Notice, TransferLensError } from '../../src/protocol/notice.js';
import { type Coordinator, jobOf, startCoordinator } from '../support/coordinator.js';
import { onnxModel, smallClassifier } from '../support/onnxWriter.js';
import { imageFolder, put, scratch } from '../support/scratch.js';
import { arrayDatasets } from './badMatrix/arrayDatasets.js';
import { type Bad, damages } from './badMatrix/cells.js';
import { fileDatasets } from './badMatrix/fileDatasets.js';
import { recognisedModels } from './badMatrix/recognisedModels.js';
import { runningModels } from './badMatrix/runningModels.js';

/** Every format of models and every layout of data, by id. */
const models = { ...runningModels, ...recognisedModels };
const datasets = { ...arrayDatasets, ...fileDatasets };

/** More than this no damaged file may cost a process, bytes: the coordinator beyond what it had, one that runs a model with all that it is. */
const mostBytes = 400e6;

const name = (what: string) => what.replaceAll(/\W+/g, '-');

describe('every format and layout, damaged in every way', function () {
  this.timeout(60_000);
  const home = scratch('matrix');
  const temporary = join(home, 'tmp');
  const usual = process.env.TMPDIR;
  let one: Coordinator;
  let watch: Memory;
  let data: string;
  let good: string;
  /** All that was written for the tests, with what it looked like. */
  const written = new Map<string, string>();

  before(async () => {
    mkdirSync(temporary);
    process.env.TMPDIR = temporary;
    one = startCoordinator();
    watch = new Memory(one);
    data = await imageFolder(join(home, 'data'), { cat: 8, dog: 8 });
    good = put(join(home, 'good.onnx'), onnxModel(smallClassifier({ seed: 1 })));
  });
  after(() => {
    watch.stop();
    one.stop();
    if (usual === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = usual;
  });

  afterEach('the process lives', () => {
    assert.deepEqual([one.child.exitCode, one.child.signalCode], [null, null]);
  });

  /** Writes a damaged input where nothing else lies. */
  async function made(row: string, { what, make }: Bad): Promise<string> {
    const around = join(home, name(row), name(what));
    const folder = join(around, 'in');
    mkdirSync(folder, { recursive: true });
    const path = await make(folder);
    for (const [file, seen] of looked(around)) written.set(file, seen);
    return path;
  }

  function says({ said }: Bad, folder: string, notices: readonly Notice[]): void {
    const all = notices.map(n => `${n.code}: ${n.message}`).join('\n') || 'nothing was said';
    if (said === 'harmless') {
      assert.equal(all, 'nothing was said');
      return;
    }
    const found = notices.find(n => said.test(n.code));
    assert.ok(found, all);
    assert.ok(found.message.startsWith(folder), `it names the file first: ${found.message}`);
    assert.match(found.message, /: .+[.)] \p{Lu}\S+ .+/u, 'what is wrong, then the cure');
    assert.doesNotMatch(found.message, /\n|undefined|\{\w+\}|\bat .*:\d+:\d+/);
  }

  const cellsOf = (rows: typeof models) =>
    Object.entries(rows).flatMap(([row, cells]) =>
      damages.map(damage => ({ row, damage, cell: cells[damage] })),
    );

  it('has a row for each of them, and a reason for each cell that is empty', () => {
    assert.deepEqual(Object.keys(models).sort(), modelFormats.map(f => f.id).sort());
    assert.deepEqual(Object.keys(datasets).sort(), datasetLayouts.map(l => l.id).sort());
    for (const { row, damage, cell } of [...cellsOf(models), ...cellsOf(datasets)])
      if (typeof cell === 'string') assert.match(cell, /\w+ \w+ \w+/, `${row}, ${damage}`);
      else assert.ok(cell.length > 0, `${row}, ${damage}`);
  });

  for (const { row, damage, cell } of cellsOf(models)) {
    if (typeof cell === 'string') continue;
    it(`model ${row}, ${damage}: ${cell.map(c => c.what).join('; ')}`, async () => {
      const paths: string[] = [];
      for (const one of cell) paths.push(await made(`model ${row} ${damage}`, one));
      const before = watch.begin();
      const report = await one.api.score(jobOf(paths, data, null));
      for (const [k, path] of paths.entries()) {
        const model = report.models.find(m => m.path === path);
        assert.ok(model, path);
        says(cell[k], path.split('/in/')[0], model.reason ? [model.reason as Notice] : []);
      }
      watch.check(before);
    });
  }

  for (const { row, damage, cell } of cellsOf(datasets)) {
    if (typeof cell === 'string') continue;
    for (const one of cell)
      it(`dataset ${row}, ${damage}: ${one.what}`, async () => {
        const path = await made(`dataset ${row} ${damage}`, one);
        const before = watch.begin();
        const notices = await scored(path);
        says(one, path.split('/in/')[0], notices);
        watch.check(before);
      });
  }

  /** What is said of a dataset: why it is refused, or what is wrong with samples of it. */
  async function scored(path: string): Promise<readonly Notice[]> {
    try {
      const report = await one.api.score(jobOf([good], path, null, { split: 'all' }));
      return report.warnings.filter(w => /^(image|dataset|arrays)\./.test(w.code)) as Notice[];
    } catch (error) {
      assert.ok(error instanceof TransferLensError, String(error));
      return [error.notice];
    }
  }

  it('looking for models and datasets among all of that finds its way', async () => {
    const before = process.memoryUsage().rss;
    const found = await discover(home, { exclude: [] });
    assert.ok(found.models.length > 0 && found.datasets.length > 0);
    assert.ok(process.memoryUsage().rss - before < mostBytes / 3);
  });

  it('nothing was written or changed anywhere', () => {
    assert.deepEqual(readdirSync(temporary), []);
    const folders = [
      ...new Set([...written.keys()].map(file => file.slice(home.length + 1).split('/')[0])),
    ];
    const now = new Map(folders.flatMap(folder => [...looked(join(home, folder))]));
    assert.deepEqual(now, written);
    assert.deepEqual(readdirSync(data), ['cat', 'dog']);
  });
});

/** All files of a folder, with their lengths and times. */
function looked(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const entry = statSync(join(folder, file));
    if (entry.isFile()) found.set(join(folder, file), `${entry.size} ${entry.mtimeMs}`);
  }
  return found;
}

/** Watches the most memory of a coordinator and of the processes that it starts (Linux only: elsewhere nothing is known). */
class Memory {
  private most = new Map<number, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly one: Coordinator) {
    this.timer = setInterval(() => this.look(), 10);
  }

  /** Bytes that the coordinator has now, from which on it is watched. */
  begin(): number {
    this.most.clear();
    const { pid = 0 } = this.one.child;
    try {
      // From now on the system keeps the most that it has.
      writeFileSync(`/proc/${pid}/clear_refs`, '5');
    } catch {
      // It may not be asked for: then the most of the time before counts as well.
    }
    return field(pid, 'VmRSS');
  }

  check(before: number): void {
    this.look();
    for (const [pid, bytes] of this.most) {
      const more = pid === this.one.child.pid ? bytes - before : bytes;
      assert.ok(more < mostBytes, `${(more / 1e6).toFixed(0)} MB`);
    }
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const { pid = 0 } = this.one.child;
    const list = `/proc/${pid}/task/${pid}/children`;
    const children = existsSync(list) ? readFileSync(list, 'utf8').trim().split(' ') : [];
    for (const process of [pid, ...children.filter(Boolean).map(Number)])
      this.most.set(process, Math.max(this.most.get(process) ?? 0, field(process, 'VmHWM')));
  }
}

function field(pid: number, name: string): number {
  try {
    const [, kilobytes] =
      new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return 1024 * Number(kilobytes ?? 0);
  } catch {
    return 0;
  }
}
