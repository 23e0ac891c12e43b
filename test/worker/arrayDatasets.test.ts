import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../src/report/schema.js';
import { referenceData, root } from '../support/referenceData.js';

const measures = {
  leep: 'leep',
  nce: 'nce',
  hScore: 'hscore',
  hScoreShrunk: 'hscore_shrunk',
  logMe: 'logme',
};

/** Scores models of the reference workspace on one of its datasets by the built command line. */
function score(dataset: string, models: string[], ...more: string[]): Report {
  const paths = models.map(name => referenceData('workspace', 'models', name) ?? assert.fail(name));
  const data = referenceData('workspace', 'datasets', dataset) ?? assert.fail(dataset);
  const given = ['score', ...paths, '--data', data, '--max-samples', 'all', '--no-cache', '--json'];
  const out = execFileSync(process.execPath, [join(root, 'dist', 'cli.js'), ...given, ...more], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  return JSON.parse(out);
}

describe('datasets of arrays, from files to scores (needs the reference data)', function () {
  this.timeout(120_000);
  before(function () {
    if (!referenceData('golden', 'scores.json')) this.skip();
  });

  it('the first 1000 images of mnist-idx score as the reference does, under all its models', () => {
    const cases: { target: string; source: string; scores_all: Record<string, number> }[] =
      JSON.parse(readFileSync(referenceData('golden', 'scores.json') ?? '', 'utf8')).cases;
    const own = cases.filter(c => c.target === 'mnist-idx-first1000');
    assert.equal(own.length, 4);
    const report = score(
      'mnist-idx',
      own.map(c => c.source),
      ...['--rows', '0:1000', '--split', 'all', '--measures', Object.keys(measures).join()],
    );
    assert.equal(report.dataset.scored, 1000);
    for (const model of report.models) {
      const golden = own.find(c => model.path.includes(`/${c.source}/`))?.scores_all;
      assert.ok(golden, model.path);
      for (const [id, name] of Object.entries(measures)) {
        const gap = Math.abs((model.scores[id].value ?? Number.NaN) - golden[name]);
        assert.ok(gap < 1e-6, `${model.name} ${id} is off by ${gap}`);
      }
    }
  });

  it('one network in two formats agrees to 1e-5', () => {
    const { models } = score(
      'mnist-idx',
      ['lenet-mnist', 'lenet-mnist-tfjs-graph'],
      '--rows',
      '0:300',
    );
    const [a, b] = models.map(m => m.scores);
    for (const id of ['leep', 'nce', 'leepLoo'])
      assert.ok(Math.abs((a[id].value ?? Number.NaN) - (b[id].value ?? 0)) < 1e-5, id);
  });

  it('optdigits, whose values run from 0 to 16, score as Pillow and ONNX Runtime in Python give it', () => {
    const golden = JSON.parse(
      readFileSync(join(root, 'test', 'golden', 'arrays', 'optdigits.json'), 'utf8'),
    );
    const report = score('optdigits-npz', ['lenet-mnist'], '--measures', 'leep,nce');
    const [{ scores }] = report.models;
    assert.equal(report.dataset.scored, golden.n);
    assert.ok(Math.abs((scores.leep.value ?? 0) - golden.leep) < 1e-6);
    assert.ok(Math.abs((scores.nce.value ?? 0) - golden.nce) < 1e-9);
    const [range] = report.warnings.filter(w => w.code === 'dataset.pixelRange');
    assert.match(range.message, /run from 0 to 16, so 0 was taken for black and 16 for white/);
  });

  it('an HDF5 file is read by the built command line, too', () => {
    const model = referenceData('workspace', 'models', 'lenet-mnist') ?? '';
    const data = join(root, 'test', 'fixtures', 'arrayDatasets', 'chunked.h5');
    const given = ['score', model, '--data', data, '--measures', 'leep', '--no-cache', '--json'];
    const out = execFileSync(process.execPath, [join(root, 'dist', 'cli.js'), ...given], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
    const report: Report = JSON.parse(out);
    assert.deepEqual([report.dataset.layout, report.dataset.scored], ['hdf5', 12]);
    assert.ok(Number.isFinite(report.models[0].scores.leep.value));
  });
});
