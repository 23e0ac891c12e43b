import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, symlinkSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { TransferLensError } from '../../src/protocol/notice.js';
import type { ModelReport, Report } from '../../src/report/schema.js';
import { type Coordinator, jobOf, startCoordinator } from '../support/coordinator.js';
import { constant, node, onnxModel, smallClassifier } from '../support/onnxWriter.js';
import { imageFolder, put, scratch } from '../support/scratch.js';

/** A classifier whose last tensor goes through some more nodes: their output is the model's. */
function withTail(
  tail: (scores: string) => ReturnType<typeof node>[],
  dims: (number | string)[],
  constants: ReturnType<typeof constant>[] = [],
): Uint8Array {
  const spec = smallClassifier({ seed: 9 });
  const nodes = tail('scores');
  const name = nodes.at(-1)?.outputs[0] ?? '';
  return onnxModel({
    ...spec,
    nodes: [...spec.nodes, ...nodes],
    initializers: [...(spec.initializers ?? []), ...constants],
    outputs: [{ name, type: 'float32', dims }],
  });
}

describe('bad input costs its own row or sample and says the cure', function () {
  this.timeout(120_000);
  let one: Coordinator;
  let data: string;
  let good: string[];

  before(async () => {
    one = startCoordinator();
    const folder = scratch('bad');
    data = await imageFolder(join(folder, 'data'), { cat: 40, dog: 40, fox: 40 });
    good = [1, 2].map(seed =>
      put(join(folder, `good${seed}.onnx`), onnxModel(smallClassifier({ seed }))),
    );
  });
  after(() => one.stop());

  /** Scores a bad model among the good ones; checks that only its row failed and what it says. */
  async function failedRow(name: string, bytes: Uint8Array | string, code: string, cure: RegExp) {
    const folder = scratch('model');
    const bad = put(join(folder, name), bytes);
    const report = await one.api.score(jobOf([good[0], bad, good[1]], data, join(folder, 'cache')));
    const failed = report.models.filter(m => m.status === 'failed');
    assert.deepEqual(
      failed.map(m => m.path),
      [bad],
    );
    assert.equal(report.models.filter(m => m.status === 'scored').length, 2);
    return checkReason(failed[0], bad, code, cure);
  }

  function checkReason(model: ModelReport, path: string, code: string, cure: RegExp) {
    const message = model.reason?.message ?? '';
    assert.equal(model.reason?.code, code, message);
    assert.ok(message.startsWith(path), `names the file first: ${message}`);
    assert.match(message, cure);
    assert.doesNotMatch(message, /\n|\bat .*:\d+:\d+/, 'no stack');
  }

  const warned = (report: Report, code: string) =>
    report.warnings.find(w => w.code === code) ??
    assert.fail(`${code} among ${report.warnings.map(w => `${w.code}: ${w.message}`).join('\n')}`);

  it('a truncated model', async () => {
    const whole = onnxModel(smallClassifier({ seed: 3 }));
    await failedRow('cut.onnx', whole.subarray(0, whole.length / 2), 'model.truncated', /again/);
  });

  it('an empty model file', () => failedRow('empty.onnx', '', 'model.empty', /again/));

  it('a text file named .onnx', () =>
    failedRow('text.onnx', 'Not a model, only words.\n'.repeat(9), 'model.notOnnx', /again/));

  it('a Git LFS pointer', () =>
    failedRow(
      'pointer.onnx',
      'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12345\n',
      'model.lfsPointer',
      /git lfs pull/,
    ));

  it('a model with two inputs', async () => {
    const spec = smallClassifier({ seed: 4 });
    const more = { name: 'mask', type: 'float32' as const, dims: ['N', 10] };
    const nodes = [...spec.nodes, node('Add', ['scores', 'mask'], 'sum')];
    await failedRow(
      'two.onnx',
      onnxModel({
        ...spec,
        nodes,
        inputs: [...(spec.inputs ?? []), more],
        outputs: [{ name: 'sum', type: 'float32', dims: ['N', 10] }],
      }),
      'model.manyInputs',
      /images.*mask|mask.*images/,
    );
  });

  it('a model whose output is not [n, classes]', () =>
    failedRow(
      'map.onnx',
      onnxModel({
        ...smallClassifier({ seed: 5 }),
        outputs: [{ name: 'relu', type: 'float32', dims: ['N', 16, 32, 32] }],
      }),
      'model.outputShape',
      /sidecar|transferlens\.json/,
    ));

  it('a model that gives NaN', () =>
    failedRow(
      'nan.onnx',
      withTail(
        scores => [node('Mul', [scores, 'zero'], 'z'), node('Div', ['z', 'z'], 'nan')],
        ['N', 10],
        [constant('zero', [1], [0])],
      ),
      'model.nonFinite',
      /sidecar|transferlens\.json/,
    ));

  it('a file that is no model at all', () =>
    failedRow('model.bin', 'hello', 'model.unknownFormat', /ONNX/));

  it('a model file that cannot be read', async () => {
    const folder = scratch('unreadable');
    const bad = join(folder, 'gone.onnx');
    symlinkSync(join(folder, 'nowhere'), bad);
    const report = await one.api.score(jobOf([good[0], bad], data, join(folder, 'cache')));
    assert.deepEqual(
      report.models.map(m => m.status),
      ['scored', 'failed'],
    );
    checkReason(report.models[1], bad, 'model.unreadable', /permission|Check/i);
  });

  it('a class folder with no image', async () => {
    const folder = scratch('class');
    const some = await imageFolder(join(folder, 'data'), { a: 20, b: 20 });
    mkdirSync(join(some, 'empty'));
    const report = await one.api.score(jobOf(good, some, join(folder, 'cache')));
    assert.deepEqual(report.dataset.classes, ['a', 'b', 'empty']);
    assert.equal(report.models.filter(m => m.status === 'scored').length, 2);
    assert.match(warned(report, 'dataset.emptyClasses').message, /empty/);
  });

  it('a corrupt JPEG among 1000', async () => {
    const folder = scratch('jpeg');
    const some = join(folder, 'data');
    const noise = Buffer.alloc(16 * 16 * 3);
    for (let i = 0; i < 1000; i++) {
      noise.forEach((_, k) => {
        noise[k] = (i * 7919 + k * 31 + (i % 2) * 128) & 255;
      });
      const jpeg = await sharp(noise, { raw: { width: 16, height: 16, channels: 3 } })
        .jpeg()
        .toBuffer();
      put(join(some, i % 2 ? 'odd' : 'even', `${i}.jpg`), jpeg);
    }
    const corrupt = join(some, 'odd', '501.jpg');
    truncateSync(corrupt, 200);
    const report = await one.api.score(jobOf(good, some, join(folder, 'cache')));
    assert.equal(report.dataset.scored, 999);
    assert.equal(report.provenance.dropped, 1);
    assert.equal(report.models.filter(m => m.status === 'scored').length, 2);
    const warning = report.warnings.find(w => w.message.startsWith(corrupt));
    assert.ok(warning, report.warnings.map(w => w.message).join('\n'));
    assert.match(warned(report, 'run.dropped').message, /1 of 1,000/);
    // Known to be corrupt by its content: the next run does not try it again.
    const processes = one.log.filter(l => l.includes('inference process')).length;
    await one.api.score(jobOf(good, some, join(folder, 'cache')));
    assert.equal(one.log.filter(l => l.includes('inference process')).length, processes);
  });

  it('an image file that cannot be read', async () => {
    const folder = scratch('image');
    const some = await imageFolder(join(folder, 'data'), { a: 20, b: 20 });
    const gone = join(some, 'a', '00003.png');
    rmSync(gone);
    symlinkSync(join(folder, 'nowhere.png'), gone);
    const report = await one.api.score(jobOf(good, some, join(folder, 'cache')));
    assert.equal(report.dataset.scored, 39);
    assert.equal(report.models.filter(m => m.status === 'scored').length, 2);
    assert.ok(
      report.warnings.some(w => w.message.includes('00003.png')),
      JSON.stringify(report.warnings),
    );
  });

  it('a dataset of one class only', async () => {
    const folder = scratch('one');
    const some = await imageFolder(join(folder, 'data'), { only: 20 });
    await assert.rejects(one.api.score(jobOf(good, some, join(folder, 'cache'))), error => {
      assert.ok(error instanceof TransferLensError);
      assert.equal(error.notice.code, 'dataset.oneClass');
      assert.ok(error.message.startsWith(some), error.message);
      return true;
    });
  });

  it('an image of 65 000 x 10 pixels', async () => {
    const folder = scratch('long');
    const some = await imageFolder(join(folder, 'data'), { a: 20, b: 20 });
    const long = join(some, 'a', 'long.png');
    await sharp({ create: { width: 65_000, height: 10, channels: 3, background: '#888' } })
      .png()
      .toFile(long);
    // By shorter side and centre crop, as by default, the whole would be 2 080 000 x 320 pixels.
    const report = await one.api.score(jobOf(good, some, join(folder, 'cache')));
    assert.equal(report.dataset.scored, 41);
    assert.equal(report.models.filter(m => m.status === 'scored').length, 2);
    const warning = report.warnings.find(w => w.message.startsWith(long));
    assert.ok(warning, report.warnings.map(w => `${w.code} ${w.message}`).join('\n'));
  });

  it('class names with emoji, markup and quotes', async () => {
    const folder = scratch('names');
    const names = ['😀 smile', '<script>alert(1)<', '"quoted, comma"', "=cmd|' '!A1"];
    const some = await imageFolder(
      join(folder, 'data'),
      Object.fromEntries(names.map(n => [n, 12])),
    );
    const report = await one.api.score(jobOf(good, some, join(folder, 'cache')));
    assert.deepEqual([...report.dataset.classes].sort(), [...names].sort());
    assert.deepEqual([...(one.joints.at(-1)?.targetClasses ?? [])].sort(), [...names].sort());
    assert.ok(report.models.every(m => m.status === 'scored'));
  });

  it('a disk that is full', async function () {
    const folder = scratch('disk');
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      this.test!.title += ' (needs the right to mount a small disk)';
      this.skip();
    }
    try {
      const wide = put(
        join(folder, 'wide.onnx'),
        onnxModel(smallClassifier({ seed: 6, classes: 4000 })),
      );
      const report = await one.api.score(jobOf([good[0], wide, good[1]], data, disk));
      const failed = report.models.filter(m => m.status === 'failed');
      assert.deepEqual(
        failed.map(m => m.path),
        [wide],
      );
      assert.equal(failed[0].reason?.code, 'store.full', failed[0].reason?.message);
      assert.match(failed[0].reason?.message ?? '', /full/);
      assert.equal(report.models.filter(m => m.status === 'scored').length, 2);
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  it('a sidecar that is not valid JSON', async () => {
    const folder = scratch('sidecar');
    const bad = put(join(folder, 'm', 'model.onnx'), onnxModel(smallClassifier({ seed: 7 })));
    const sidecar = put(join(folder, 'm', 'transferlens.json'), '{ "layout": ');
    const report = await one.api.score(jobOf([good[0], bad], data, join(folder, 'cache')));
    assert.deepEqual(
      report.models.map(m => m.status),
      ['scored', 'failed'],
    );
    assert.ok(
      report.models[1].reason?.message.startsWith(sidecar),
      report.models[1].reason?.message,
    );
  });

  it('nothing is written beside the models or the data', () => {
    assert.deepEqual(readdirSync(data).sort(), ['cat', 'dog', 'fox']);
  });
});
