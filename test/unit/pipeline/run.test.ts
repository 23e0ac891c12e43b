import assert from 'node:assert/strict';
import { existsSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decoderOf } from '../../../src/pipeline/decode.js';
import type { Forward } from '../../../src/pipeline/process.js';
import { type RunEvents, run } from '../../../src/pipeline/run.js';
import { runTask } from '../../../src/pipeline/task.js';
import { noOptions } from '../../../src/protocol/datasetOptions.js';
import type { ForwardTask } from '../../../src/protocol/inference.js';
import type { RunProgress, ScoreJob } from '../../../src/protocol/job.js';
import { Cancelled, notice, TransferLensError } from '../../../src/protocol/notice.js';
import type { Report } from '../../../src/report/schema.js';
import { onnxModel, smallClassifier } from '../../support/onnxWriter.js';
import { imageFolder, put, scratch } from '../../support/scratch.js';

/** The forward pass in this process. */
const here: Forward = (task, handlers, signal) =>
  runTask(
    task,
    handlers,
    (dataset, options, plan) => ({
      decode: decoderOf(dataset, options, plan),
      close: async () => undefined,
    }),
    signal,
  );

/** The same, where samples that `why` gives a code for fail in the models whose path has `name` in it. */
function failing(
  name: string,
  why: (row: number) => 'image.undecodable' | 'sample.changed' | null,
): Forward {
  return (task, handlers, signal) => {
    if (!task.model.includes(name)) return here(task, handlers, signal);
    const failed = [...task.rows.keys()].flatMap(k => {
      const code = why(task.rows[k]);
      if (!code) return [];
      const told = notice(code, { file: 'elsewhere/copy.png', detail: 'cut' });
      return [{ row: task.rows[k], hash: task.hashes[k], notice: told }];
    });
    handlers.failed(failed);
    const kept = [...task.rows.keys()].filter(k => !why(task.rows[k]));
    const rest: ForwardTask = {
      ...task,
      rows: Int32Array.from(kept, k => task.rows[k]),
      hashes: kept.map(k => task.hashes[k]),
    };
    return here(rest, handlers, signal);
  };
}

const quiet: RunEvents = {
  progress: () => undefined,
  partial: () => undefined,
  joint: () => undefined,
  log: () => undefined,
};

describe('a run in this process', function () {
  this.timeout(60_000);
  let data: string;
  before(async () => {
    data = await imageFolder(join(scratch('run'), 'data'), { a: 30, b: 30 });
  });

  /** A job over models of these names; those called "wide" have many source classes. */
  function jobOf(names: string[], more: Partial<ScoreJob> = {}): ScoreJob {
    const folder = scratch('run');
    const models = names.map((name, seed) =>
      put(
        join(folder, `${name}.onnx`),
        onnxModel(smallClassifier({ seed: seed + 1, classes: name === 'wide' ? 4000 : 10 })),
      ),
    );
    return {
      models,
      options: noOptions,
      dataset: data,
      measures: [],
      intent: 'fineTune',
      split: 'auto',
      maxSamples: 'auto',
      seed: 0,
      threads: 1,
      cache: join(folder, 'cache'),
      cacheLimit: 10e9,
      ...more,
    };
  }

  it('compares all models on the same samples, also when one drops some while another is scored', async () => {
    const cores = os.availableParallelism;
    os.availableParallelism = () => 4;
    syncBuiltinESMExports();
    try {
      const job = jobOf(['wide', 'picky']);
      let wideIsScored: () => void = () => undefined;
      const scoring = new Promise<void>(resolve => {
        wideIsScored = resolve;
      });
      const picky = failing('picky', row => (row % 10 === 0 ? 'image.undecodable' : null));
      const forward: Forward = async (task, handlers, signal) => {
        const summary = await picky(task, handlers, signal);
        if (task.model.includes('picky')) await scoring;
        return summary;
      };
      const progress = (p: RunProgress) => {
        if (p.models[0].state === 'scoring') wideIsScored();
      };
      const samples: Record<string, number[]> = { wide: [], picky: [] };
      const joint: RunEvents['joint'] = ({ model, hard }) =>
        void samples[model].push(hard.reduce((n, count) => n + count, 0));
      const report = await run(job, forward, { ...quiet, progress, joint });
      assert.deepEqual(samples, { wide: [60, 54], picky: [54] });
      assert.equal(report.dataset.scored, 54);
      assert.equal(report.provenance.dropped, 6);
      const again = await run(job, forward, quiet);
      for (const model of report.models)
        assert.deepEqual(again.models.find(m => m.id === model.id)?.scores, model.scores, model.id);
    } finally {
      os.availableParallelism = cores;
      syncBuiltinESMExports();
    }
  });

  it('names models that give the same for all samples: by wrong preprocessing, without weights, encoders too', async () => {
    const job = jobOf(['sound', 'dark', 'dead', 'encoder'], { measures: ['leepLoo', 'knn'] });
    const [, dark, dead, encoder] = job.models;
    put(dark.replace('.onnx', '.transferlens.json'), { rescale_factor: 1 / 255 ** 2 });
    const empty = smallClassifier({ seed: 9 });
    for (const { data } of empty.initializers ?? []) if (data instanceof Float32Array) data.fill(0);
    put(dead, onnxModel(empty));
    const embedding = { name: 'pooled', type: 'float32', dims: ['N', 16, 1, 1] } as const;
    put(encoder, onnxModel({ ...empty, outputs: [embedding] }));
    const { warnings, models } = await run(job, here, quiet);
    assert.ok(
      models.every(({ status }) => status === 'scored'),
      JSON.stringify(models),
    );
    const said = warnings.filter(({ code }) => code === 'run.sameForAll');
    assert.deepEqual(
      said.flatMap(w => w.models),
      ['dark', 'dead', 'encoder'],
    );
  });

  it('says that a test split is scored where there is no other to choose by', async () => {
    const folder = join(scratch('run'), 'data');
    await imageFolder(join(folder, 'test'), { a: 20, b: 20 });
    const codes = async (split: ScoreJob['split'], dataset = folder) => {
      const report = await run(
        jobOf(['one'], { dataset, split, measures: ['leepLoo'] }),
        here,
        quiet,
      );
      return report.warnings.map(({ code }) => code).filter(code => code === 'run.testSplit');
    };
    assert.deepEqual(await codes('auto', join(folder, 'test')), ['run.testSplit']);
    await imageFolder(join(folder, 'val'), { a: 20, b: 20 });
    assert.deepEqual(await codes('auto'), ['run.testSplit']);
    await imageFolder(join(folder, 'train'), { a: 20, b: 20 });
    assert.deepEqual(await codes('auto'), []);
    assert.deepEqual(await codes('test'), ['run.testSplit']);
  });

  it('hands over the matrix of each model once, before a report has its scores', async () => {
    const told: string[] = [];
    const slow: Forward = async (task, handlers, signal) => {
      if (task.model.includes('two')) while (!told.includes('1 scored')) await sleep(20);
      return here(task, handlers, signal);
    };
    const report = await run(jobOf(['one', 'two']), slow, {
      ...quiet,
      joint: ({ model }) => void told.push(model),
      partial: ({ models }) => void told.push(`${models.length} scored`),
    });
    assert.deepEqual(told, ['one', '1 scored', 'two', ...told.slice(3)]);
    assert.ok(
      told.slice(3).every(what => what === '2 scored'),
      told.join(),
    );
    assert.ok(!('joints' in report));
  });

  it('words no verdict before all models are done', async () => {
    const partials: Report[] = [];
    const slow: Forward = async (task, handlers, signal) => {
      if (task.model.includes('two')) while (partials.length === 0) await sleep(20);
      return here(task, handlers, signal);
    };
    const partial: RunEvents['partial'] = report => void partials.push(report);
    const report = await run(jobOf(['one', 'two']), slow, { ...quiet, partial });
    assert.deepEqual(partials[0].ranking.order, ['one']);
    assert.equal(partials[0].verdict, undefined);
    assert.ok(report.verdict && report.verdict.length > 0);
  });

  it('fails a model that would leave one class only, at the cost of its own row', async () => {
    const job = jobOf(['first', 'blind', 'last']);
    const blind = failing('blind', row => (row >= 30 ? 'image.undecodable' : null));
    const report = await run(job, blind, quiet);
    const statuses = Object.fromEntries(report.models.map(m => [m.id, m.status]));
    assert.deepEqual(statuses, { first: 'scored', last: 'scored', blind: 'failed' });
    assert.equal(report.models.at(-1)?.reason?.code, 'model.oneClassLeft');
    assert.ok(report.models.at(-1)?.reason?.message.startsWith(job.models[1]));
    assert.deepEqual([report.dataset.scored, report.provenance.dropped], [60, 0]);
  });

  it('leaves alone models whose failure stands, and says at once what it was', async () => {
    const job = jobOf(['one', 'two', 'three']);
    const failure = notice('model.empty', { file: job.models[1] });
    const tried: string[] = [];
    const partials: Report[] = [];
    const watched: Forward = async (task, handlers, signal) => {
      tried.push(task.model);
      while (partials.length === 0) await sleep(20);
      return here(task, handlers, signal);
    };
    const report = await run({ ...job, failed: { [job.models[1]]: failure } }, watched, {
      ...quiet,
      partial: partial => void partials.push(partial),
    });
    assert.deepEqual(tried, [job.models[0], job.models[2]]);
    for (const { models } of [partials[0], report])
      assert.deepEqual(models.at(-1)?.reason, failure);
    assert.deepEqual(new Set(report.ranking.order), new Set(['one', 'three']));
  });

  it('tries samples again that failed for another reason than their content', async () => {
    const job = jobOf(['net']);
    const first = await run(
      job,
      failing('net', row => (row < 5 ? 'sample.changed' : null)),
      quiet,
    );
    assert.equal(first.dataset.scored, 55);
    assert.equal((await run(job, here, quiet)).dataset.scored, 60);
  });

  it('names the file of this dataset for what is known of a content from elsewhere', async () => {
    const job = jobOf(['net']);
    const report = await run(
      job,
      failing('net', row => (row === 2 ? 'image.undecodable' : null)),
      quiet,
    );
    const warning = report.warnings.find(w => w.code === 'image.undecodable');
    assert.ok(warning?.message.startsWith(join(data, 'a', '00002.png')), warning?.message);
  });

  it('counts unreadable samples beyond the first few, and refuses when one class is left', async () => {
    const folder = await imageFolder(join(scratch('unread'), 'data'), { a: 20, b: 20 });
    const breakFiles = (count: number) => {
      for (const name of readdirSync(join(folder, 'b')).slice(0, count)) {
        rmSync(join(folder, 'b', name));
        symlinkSync('/nowhere/x.png', join(folder, 'b', name));
      }
    };
    breakFiles(12);
    const job = jobOf(['net'], { dataset: folder });
    const report = await run(job, here, quiet);
    assert.deepEqual([report.dataset.scored, report.provenance.dropped], [28, 12]);
    assert.equal(report.warnings.filter(w => w.code === 'dataset.sampleUnreadable').length, 5);
    assert.equal(report.warnings.find(w => w.code === 'run.moreSamples')?.params?.n, 7);

    breakFiles(20);
    await assert.rejects(run(job, here, quiet), error => {
      assert.ok(error instanceof TransferLensError);
      assert.equal(error.notice.code, 'dataset.oneClassReadable');
      assert.ok(error.message.startsWith(folder), error.message);
      return true;
    });
  });

  it('tells nothing after it was cancelled, and leaves no file open and no temporary store', async () => {
    const abort = new AbortController();
    let told = 0;
    const log: string[] = [];
    const events: RunEvents = {
      progress: p => {
        told++;
        if (p.models[1].state === 'running') abort.abort();
      },
      partial: () => void told++,
      joint: () => void told++,
      log: (_, text) => void log.push(text),
    };
    const job = jobOf(['one', 'two', 'three'], { cache: null });
    await assert.rejects(run(job, here, events, abort.signal), Cancelled);
    const atEnd = told;
    await new Promise(resolve => setTimeout(resolve, 400));
    assert.equal(told, atEnd);
    const store = log.find(text => text.startsWith('temporary store'))?.slice(16) ?? '';
    assert.ok(store && !existsSync(store), store);
    const open = existsSync('/proc/self/fd')
      ? readdirSync('/proc/self/fd').flatMap(fd => {
          try {
            return readlinkSync(`/proc/self/fd/${fd}`);
          } catch {
            return [];
          }
        })
      : [];
    assert.deepEqual(
      open.filter(path => path.startsWith(store)),
      [],
    );
  });
});
