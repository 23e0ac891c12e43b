import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../../src/report/schema.js';
import { constant, onnxModel } from '../support/onnxWriter.js';
import { root } from '../support/referenceData.js';
import { put, scratch } from '../support/scratch.js';

const samples = join(root, 'samples');
const digits = join(samples, 'datasets', 'optdigits');
const lenet = join(samples, 'models', 'lenet-mnist', 'model.onnx');

function score(...paths: string[]): { code: number | null; report: Report; err: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'dist', 'cli.js'), 'score', ...paths].concat([
      '--data',
      digits,
      '--no-cache',
      '--json',
      '--max-samples',
      '100',
    ]),
    { encoding: 'utf8' },
  );
  return { code: status, report: JSON.parse(stdout), err: stderr };
}

/** A classifier of rows of four numbers. */
function ofNumbers(path: string): string {
  return put(
    path,
    onnxModel({
      inputs: [{ name: 'rows', type: 'float32', dims: ['n', 4] }],
      outputs: [{ name: 'logits', type: 'float32', dims: ['n', 3] }],
      initializers: [
        constant(
          'w',
          [4, 3],
          Array.from({ length: 12 }, (_, k) => k / 12),
        ),
      ],
      nodes: [{ op: 'MatMul', inputs: ['rows', 'w'], outputs: ['logits'] }],
    }),
  );
}

/** A folder with a model of images in two precisions, as on Hugging Face, and two models of rows of numbers. */
function mixed(): string {
  const folder = scratch('mixed');
  mkdirSync(join(folder, 'digits', 'onnx'), { recursive: true });
  for (const name of ['model.onnx', 'model_int8.onnx'])
    copyFileSync(lenet, join(folder, 'digits', 'onnx', name));
  for (const name of ['iris', 'wine']) ofNumbers(join(folder, `${name}.onnx`));
  return folder;
}

describe('a folder with models of several kinds', function () {
  this.timeout(120_000);

  it('is scored by those that the dataset is for; the others are named in one line', () => {
    const folder = mixed();
    const { code, report } = score(folder);
    assert.equal(code, 0);
    assert.deepEqual(
      report.models.map(({ path, status }) => [path, status]),
      [[join(folder, 'digits', 'onnx', 'model.onnx'), 'scored']],
    );
    const said = report.warnings.filter(({ code }) => code.startsWith('models.'));
    assert.deepEqual(
      said.map(({ code, params, models }) => [code, params, models]),
      [
        [
          'models.otherContent',
          { wanted: 'rows of numbers', given: 'images', n: 2, names: 'iris, wine' },
          [],
        ],
        [
          'models.precisions',
          { file: join(folder, 'digits', 'onnx', 'model.onnx'), names: 'model_int8.onnx' },
          [],
        ],
      ],
    );
  });

  it('a model that is named itself says why it fails, and in what precision it is wanted', () => {
    const folder = mixed();
    const exact = join(folder, 'digits', 'onnx', 'model_int8.onnx');
    const { code, report } = score(folder, join(folder, 'iris.onnx'), exact);
    assert.equal(code, 3);
    const failed = report.models.filter(({ status }) => status === 'failed');
    assert.deepEqual(
      failed.map(({ name, reason }) => [name, reason?.code]),
      [['iris', 'model.otherContent']],
    );
    const said = report.warnings.filter(({ code }) => code.startsWith('models.'));
    assert.deepEqual(
      said.map(({ params }) => params?.names),
      ['wine'],
    );
    assert.equal(report.models.filter(({ status }) => status === 'scored').length, 2);
  });

  it('where none is for the dataset, each says why', () => {
    const folder = scratch('others');
    for (const name of ['iris', 'wine']) ofNumbers(join(folder, `${name}.onnx`));
    const { code, report } = score(folder);
    assert.equal(code, 3);
    assert.deepEqual(
      report.models.map(({ reason }) => reason?.code),
      ['model.otherContent', 'model.otherContent'],
    );
    assert.ok(!report.warnings.some(({ code }) => code === 'models.otherContent'));
  });
});
