import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { zipSync } from 'fflate';
import type { ModelReport, Report } from '../../src/report/schema.js';
import { readNpz } from '../support/npz.js';
import { referenceData, root } from '../support/referenceData.js';
import { put, scratch } from '../support/scratch.js';

const measures = ['leep', 'nce', 'hScore', 'hScoreShrunk', 'logMe'] as const;
/** By which names the reference files have them. */
const goldenNames = {
  leep: 'leep',
  nce: 'nce',
  hScore: 'hscore',
  hScoreShrunk: 'hscore_shrunk',
  logMe: 'logme',
};

/** Runs the built command line; gives its exit code, report and what it said. */
function cli(...args: string[]): { code: number; report: Report; errors: string } {
  const store = args.includes('--cache') || args.includes('--no-cache') ? [] : ['--no-cache'];
  const command = [join(root, 'dist', 'cli.js'), 'score', ...args, ...store, '--json'];
  try {
    const out = execFileSync(process.execPath, command, { encoding: 'utf8', stdio: 'pipe' });
    return { code: 0, report: JSON.parse(out), errors: '' };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, report: stdout ? JSON.parse(stdout) : {}, errors: stderr };
  }
}

function near(model: ModelReport, measure: string, wanted: number, allowed: number): void {
  const { value } = model.scores[measure];
  const gap = Math.abs((value ?? Number.NaN) - wanted);
  assert.ok(gap <= allowed, `${model.name} ${measure}: ${value}, not ${wanted}`);
}

describe('predictions made elsewhere, by the command line (needs the reference data)', function () {
  this.timeout(120_000);
  const scores = referenceData('golden', 'scores.json');
  const peers = referenceData('golden-peers');
  before(function () {
    if (!scores || !peers) this.skip();
  });

  it('score as the reference does, on all rows and on those of the training split', () => {
    const cases: {
      target: string;
      source: string;
      scores_all: Record<string, number>;
      scores_train_rows: Record<string, number>;
    }[] = JSON.parse(readFileSync(scores ?? '', 'utf8')).cases;
    const targets = [...new Set(cases.map(c => c.target))];
    assert.ok(targets.length >= 3);
    for (const target of targets) {
      // Its ill-conditioned features take their time, and are scored with the model itself elsewhere.
      const own = cases.filter(c => c.target === target && c.source !== 'doodlenet-tfjs');
      const files = own.map(
        c => referenceData('golden', `${target}__${c.source}.npz`) ?? assert.fail(),
      );
      const parts = (['all', 'train'] as const).slice(0, target === targets[0] ? 2 : 1);
      for (const split of parts) {
        const key = split === 'all' ? 'scores_all' : 'scores_train_rows';
        const given = ['--split', split, '--max-samples', 'all', '--measures', measures.join()];
        const { report, code } = cli(...files, ...given);
        assert.equal(code, 0);
        assert.equal(report.models.length, own.length);
        for (const model of report.models) {
          const golden =
            own.find(c => model.name === `${target}__${c.source}`)?.[key] ?? assert.fail();
          for (const id of measures) {
            const wanted = golden[goldenNames[id]];
            // The reference's fixed point stopped early on the training rows of some: the evidence has its maximum above.
            if (id === 'logMe' && split === 'train')
              assert.ok((model.scores.logMe.value ?? Number.NaN) >= wanted - 1e-6);
            else near(model, id, wanted, 1e-6);
          }
        }
      }
    }
  });

  it('score as public implementations do', () => {
    const files = readdirSync(peers ?? '').filter(name => name.endsWith('.npz'));
    assert.ok(files.length >= 5);
    for (const file of files) {
      const path = join(peers ?? '', file);
      const golden: Record<string, { score: number | string }> = JSON.parse(
        readFileSync(path.replace('.npz', '.json'), 'utf8'),
      ).scores;
      const { report, code } = cli(path, '--measures', measures.join());
      assert.equal(code, 0);
      const peer = (name: string) => Number(golden[name].score);
      const [model] = report.models;
      // The others divide by zero where no sample falls into a source class.
      const leep = peer('leep');
      near(model, 'leep', Number.isNaN(leep) ? peer('leep_survey') : leep, 1e-6);
      near(model, 'nce', peer('nce'), 1e-6);
      near(model, 'hScore', peer('hscore'), 1e-6);
      // Its divisor is n - 1 where ours is n, and its fixed point stops early.
      const n = report.dataset.scored;
      near(model, 'hScoreShrunk', (peer('reg_hscore') * (n - 1)) / n, 1e-6);
      if (n > (model.featureDimension ?? 0)) near(model, 'logMe', peer('logme'), 1e-4);
    }
  });

  it('belong to a dataset by their order, or by their ids in any order', () => {
    const npz = referenceData('golden', 'fashion900__lenet-mnist.npz') ?? '';
    const data = referenceData('workspace', 'datasets', 'fashion900') ?? '';
    const args = ['--data', data, '--max-samples', 'all', '--measures', 'leep,hScore'];
    const [byOrder] = cli(npz, ...args).report.models;
    const golden = JSON.parse(readFileSync(scores ?? '', 'utf8')).cases[0].scores_all;
    near(byOrder, 'leep', golden.leep, 1e-6);
    near(byOrder, 'hScore', golden.hscore, 1e-6);

    const folder = scratch('ids');
    const names = readdirSync(data)
      .sort()
      .flatMap(c =>
        readdirSync(join(data, c))
          .sort()
          .map(f => `${c}/${f}`),
      );
    const { probs, features } = readNpz(npz);
    const order = names.map((_, k) => (k * 7) % names.length);
    const rows = (values: ArrayLike<number>, width: number) =>
      Float32Array.from(
        { length: names.length * width },
        (_, i) => values[order[Math.floor(i / width)] * width + (i % width)],
      );
    put(
      join(folder, 'probs.npy'),
      npy(`'<f4'`, [900, 10], Buffer.from(rows(probs.data, 10).buffer)),
    );
    put(
      join(folder, 'features.npy'),
      npy(`'<f4'`, [900, 64], Buffer.from(rows(features.data, 64).buffer)),
    );
    const ids = order.map(k => Buffer.from(`/cluster/fashion900/${names[k]}`.padEnd(64, '\0')));
    put(join(folder, 'ids.npy'), npy(`'|S64'`, [900], Buffer.concat(ids)));
    const [byId] = cli(join(folder, 'probs.npy'), ...args).report.models;
    assert.deepEqual(byId.scores, byOrder.scores);
    assert.deepEqual(byId.preprocessing, { rows: { value: 'id', from: 'probs.npy' } });
  });

  it('are refused on another dataset, and never matched silently', () => {
    const npz = referenceData('golden', 'signdigits32__cnn4-random.npz') ?? '';
    const data = referenceData('workspace', 'datasets', 'fashion900') ?? '';
    const { code, report } = cli(npz, '--data', data);
    assert.equal(code, 3);
    assert.match(report.models[0].reason?.message ?? '', /600 rows and the dataset 900 samples/);
  });

  it('of one file on two datasets that share samples are kept apart', () => {
    const data = referenceData('workspace', 'datasets', 'fashion900') ?? '';
    const folder = scratch('shared');
    const classes = readdirSync(data).sort();
    const names = classes.flatMap(c =>
      readdirSync(join(data, c))
        .sort()
        .slice(0, 4)
        .map(f => `${c}/${f}`),
    );
    const part = (name: string, files: string[]) => {
      for (const file of files) cpSync(join(data, file), join(folder, name, file));
      return join(folder, name);
    };
    const first = part(
      'first',
      names.filter((_, k) => k % 4 < 3),
    );
    const second = part(
      'second',
      names.filter((_, k) => k % 4 > 0),
    );
    // Row k says how sure the model is that a sample is k-th: what belongs to which sample shows in the scores.
    const probs = Float32Array.from({ length: names.length * 2 }, (_, i) => {
      const p = (((Math.floor(i / 2) ** 2 * 7) % names.length) + 1) / (names.length + 1);
      return i % 2 === 0 ? p : 1 - p;
    });
    put(join(folder, 'probs.npy'), npy(`'<f4'`, [names.length, 2], Buffer.from(probs.buffer)));
    const ids = names.map(name => Buffer.from(name.padEnd(64, '\0')));
    put(join(folder, 'ids.npy'), npy(`'|S64'`, [names.length], Buffer.concat(ids)));
    const store = ['--cache', join(folder, 'store'), '--measures', 'leep'];
    const score = (dataset: string, ...where: string[]) => {
      const { report, code } = cli(join(folder, 'probs.npy'), '--data', dataset, ...where);
      assert.equal(code, 0, JSON.stringify(report.models?.[0].reason));
      assert.equal(report.dataset.scored, 30);
      return report.models[0].scores.leep.value;
    };
    const fresh = [first, second].map(d => score(d, '--no-cache', '--measures', 'leep'));
    assert.notEqual(fresh[0], fresh[1]);
    assert.deepEqual(
      [score(first, ...store), score(second, ...store), score(first, ...store)],
      [fresh[0], fresh[1], fresh[0]],
    );
  });

  it('need a dataset where they have no labels of their own, or their labels disagree', () => {
    const folder = scratch('unlabelled');
    put(join(folder, 'probs.npy'), npy(`'<f4'`, [4, 2], Buffer.alloc(32)));
    const without = cli(folder);
    assert.equal(without.code, 2);
    assert.match(without.errors, /no labels of its own; give the dataset: --data/);

    const both = scratch('disagree');
    for (const name of ['tiny', 'binary']) {
      const file = referenceData('golden-peers', `${name}.npz`) ?? '';
      copyFileSync(file, join(both, basename(file)));
    }
    const { code, report } = cli(both, '--measures', 'leep');
    assert.equal(code, 3);
    const failed = report.models.filter(m => m.status === 'failed');
    assert.deepEqual(
      failed.map(m => m.name),
      ['tiny'],
    );
    assert.match(failed[0].reason?.message ?? '', /200 rows and the dataset 300 samples/);
  });
});

describe('predictions in every kind of file, by the command line', function () {
  this.timeout(120_000);

  it('score alike, with their own labels', () => {
    const fixtures = join(root, 'test', 'fixtures', 'arrays');
    const names = [
      'stored.npz',
      'npy/net_probs.npy',
      'snappy.parquet',
      'lz4.feather',
      'coded.arrow',
    ];
    const [first, ...others] = names.map(name => {
      const { code, report } = cli(join(fixtures, name), '--measures', 'leep,hScore');
      assert.equal(code, 0, name);
      return report.models[0].scores;
    });
    assert.ok(Number.isFinite(first.leep.value));
    for (const scores of others) assert.deepEqual(scores, first);
    // Features of 16 bits are not quite those of 32.
    const { report } = cli(join(fixtures, 'some.safetensors'), '--measures', 'leep,hScore');
    near(report.models[0], 'leep', first.leep.value ?? Number.NaN, 1e-6);
    near(report.models[0], 'hScore', first.hScore.value ?? Number.NaN, 1e-2);
    assert.deepEqual(report.models[0].outputKind, { value: 'logits', from: 'some.safetensors' });
  });

  it('are compared with each other, as rows are told by ids', () => {
    const fixtures = join(root, 'test', 'fixtures', 'arrays');
    const names = ['stored.npz', 'zstd.parquet', 'zstd.feather'];
    const { code, report } = cli(...names.map(name => join(fixtures, name)), '--measures', 'leep');
    assert.equal(code, 0);
    assert.deepEqual(
      report.models.map(m => m.preprocessing.rows.value),
      ['id', 'id', 'id'],
    );
  });

  it('with arrays of other names are read by a sidecar, their own labels too', () => {
    const fixtures = join(root, 'test', 'fixtures', 'arrays', 'npy');
    const roles = { output: 'probs', features: 'features', targets: 'labels' };
    const folder = scratch('names');
    const members = Object.values(roles).map(name => {
      const file = join(fixtures, name === 'labels' ? 'labels.npy' : `net_${name}.npy`);
      return [`my_${name}.npy`, readFileSync(file)] as const;
    });
    const npz = put(join(folder, 'net.npz'), zipSync(Object.fromEntries(members)));
    const said = Object.entries(roles).map(([role, name]) => [role, `my_${name}`]);
    put(join(folder, 'net.transferlens.json'), Object.fromEntries(said));
    const given = ['--measures', 'leep,nce,logMe'];
    const { code, report } = cli(npz, ...given);
    assert.equal(code, 0);
    const whole = cli(join(fixtures, 'net_probs.npy'), ...given).report;
    assert.deepEqual(report.models[0].scores, whole.models[0].scores);
    put(join(folder, 'net.transferlens.json'), { output: 'my_probs', targets: 'nowhere' });
    assert.match(cli(npz).errors, /"nowhere"/);
  });

  it('with features alone have the scores of features, and the others say why they are not there', () => {
    const folder = scratch('features');
    const fixtures = join(root, 'test', 'fixtures', 'arrays', 'npy');
    const members = { 'features.npy': 'net_features.npy', 'labels.npy': 'labels.npy' };
    const npz = put(
      join(folder, 'only.npz'),
      zipSync(
        Object.fromEntries(
          Object.entries(members).map(([name, file]) => [name, readFileSync(join(fixtures, file))]),
        ),
      ),
    );
    const given = ['--measures', 'leep,nce,hScore,logMe', '--intent', 'retrain-head'];
    const whole = cli(join(fixtures, 'net_probs.npy'), ...given).report;
    const { code, report } = cli(npz, ...given);
    assert.equal(code, 0);
    const [model] = report.models;
    assert.equal(model.status, 'scored');
    assert.equal(model.sourceClasses, null);
    assert.deepEqual(model.scores.hScore, whole.models[0].scores.hScore);
    assert.deepEqual(model.scores.logMe, whole.models[0].scores.logMe);
    for (const id of ['leep', 'nce']) {
      assert.equal(model.scores[id].value, null);
      assert.match(model.scores[id].note ?? '', /gives features alone/);
    }
  });
});

function npy(descr: string, shape: number[], data: Buffer): Buffer {
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  return Buffer.concat([
    Buffer.from(`\x93NUMPY\x01\x00\x76\x00${text.padEnd(117)}\n`, 'latin1'),
    data,
  ]);
}
