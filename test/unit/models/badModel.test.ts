import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenOptions } from '../../../src/models/model.js';
import type { ModelSpec, ValueSpec } from '../../../src/models/onnx/encode.js';
import { modelFiles, openModel } from '../../../src/models/open.js';
import { noticeOf } from '../../../src/protocol/notice.js';
import {
  constant,
  node,
  onnxModel,
  smallClassifier,
  writeExternal,
} from '../../support/onnxWriter.js';
import { root } from '../../support/referenceData.js';
import { scratch } from '../../support/scratch.js';

const folder = scratch('bad-model');
const path = join(folder, 'bad.onnx');
const small = smallClassifier({ size: 8 });
const whole = onnxModel(small);

/** Opens a model and checks the failure: its code, that it names the file first, and what else it says. */
async function fails(code: string, says: RegExp, options?: Partial<OpenOptions>, file = path) {
  const run = async () => {
    const model = await openModel(file, { threads: 1, ...options });
    try {
      await model.run([{ data: new Float32Array(2 * 3 * 64), shape: [2, 3, 8, 8] }]);
    } finally {
      await model.close();
    }
  };
  await assert.rejects(run, error => {
    const { code: given, message } = noticeOf(error);
    assert.equal(given, code, message);
    assert.ok(message.startsWith(`${file}: `), message);
    assert.match(message, says);
    assert.doesNotMatch(message, /\{\w+\}|\n|undefined/);
    return true;
  });
}

function write(content: string | Uint8Array | ModelSpec): void {
  const raw = typeof content === 'string' || content instanceof Uint8Array;
  writeFileSync(path, raw ? content : onnxModel(content));
}

describe('a model file that is no sound model fails with a cure', function () {
  this.timeout(60_000);
  it('empty', async () => {
    write('');
    await fails('model.empty', /export the model again/);
  });

  it('cut anywhere: never taken for a model, never an unexpected problem', async () => {
    const seen: Record<string, number> = {};
    for (let length = 1; length < whole.length; length += length < 80 ? 1 : 29) {
      write(whole.subarray(0, length));
      const error = await openModel(path, { threads: 1 }).then(() => null, noticeOf);
      const code = error?.code ?? `opened at ${length}`;
      seen[code] = (seen[code] ?? 0) + 1;
    }
    // One byte is not enough to look like anything.
    assert.deepEqual(Object.keys(seen).sort(), ['model.notOnnx', 'model.truncated']);
    assert.equal(seen['model.notOnnx'], 1);
  });

  it('random bytes', async () => {
    let state = 7;
    for (let k = 0; k < 200; k++) {
      const bytes = Uint8Array.from({ length: 300 }, () => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state >>> 24;
      });
      write(bytes);
      await fails('model.notOnnx', /not an ONNX model/);
    }
  });

  for (const [name, text] of Object.entries({
    prose: 'Download the model from the release page.\n',
    JSON: '{"model": 1}',
    HTML: '<!DOCTYPE html><html>404</html>',
    'a line break': '\n\n',
  })) {
    it(`text: ${name}`, async () => {
      write(text);
      await fails('model.notOnnx', /not an ONNX model/);
    });
  }

  it('a Git LFS pointer', async () => {
    write('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n');
    await fails('model.lfsPointer', /git lfs pull/);
  });

  it('not there, a link to nothing, a folder, another format', async () => {
    await fails('model.notFound', /no such file/, {}, join(folder, 'gone.onnx'));
    const link = join(folder, 'link.onnx');
    symlinkSync(join(folder, 'nowhere'), link);
    await fails('model.unreadable', /ENOENT/, {}, link);
    const directory = join(folder, 'folder.onnx');
    mkdirSync(directory);
    await fails('model.unknownFormat', /ONNX/, {}, directory);
    await fails('model.unknownFormat', /ONNX/, {}, import.meta.filename);
  });

  it('an operator that the runtime does not know', async () => {
    write({ ...small, nodes: [...small.nodes, node('Fancy', ['scores'], 'more')] });
    await fails('model.operator', /no operator "Fancy".*Export it again/);
    const nodes = [...small.nodes, { ...node('Fancy', ['scores'], 'more'), domain: 'com.acme' }];
    write({ ...small, nodes, domains: { 'com.acme': 1 } });
    await fails('model.operator', /no operator "com\.acme:Fancy"/);
  });

  it('an opset that the runtime does not know: its own words, without where they stand in its source', async () => {
    write({ ...small, opset: 99 });
    await fails('model.load', /cannot load the model \(ONNX Runtime only \*guarantees/);
  });
});

describe('weights in files beside the model', function () {
  this.timeout(60_000);
  const external = join(folder, 'external', 'model.onnx');
  const open = (says: RegExp, code: string) => fails(code, says, {}, external);
  beforeEach(async () => {
    rmSync(join(folder, 'external'), { recursive: true, force: true });
    await writeExternal(external, small);
  });

  it('are missing', async () => {
    rmSync(join(folder, 'external', 'weights.bin'));
    await open(/"weights\.bin".*Copy it/, 'model.externalMissing');
    await assert.rejects(modelFiles(external), /weights\.bin/);
  });

  it('are cut', async () => {
    truncateSync(join(folder, 'external', 'weights.bin'), 100);
    await open(/"weights\.bin".*too early/, 'model.externalTruncated');
  });

  it('lie outside the folder: not followed', async () => {
    await writeExternal(external, small, '../weights.bin');
    await open(/"\.\.\/weights\.bin"/, 'model.externalOutside');
  });
});

describe('a sound ONNX model that is no image classifier fails with a cure', function () {
  this.timeout(60_000);
  const scores = { name: 'scores', dims: ['N', 10] };
  const input = (value: ValueSpec): ModelSpec => ({ ...small, inputs: [value] });

  it('two inputs', async () => {
    const mask: ValueSpec = { name: 'mask', dims: ['N', 10] };
    write({
      ...small,
      nodes: [...small.nodes, node('Add', ['scores', 'mask'], 'sum')],
      inputs: [...(small.inputs ?? []), mask],
      outputs: [{ ...scores, name: 'sum' }],
    });
    const says =
      /2 inputs \(images float32\[N, 3, 8, 8\], mask float32\[N, 10\]\).*one image input/;
    await fails('model.manyInputs', says);
  });

  it('whole numbers as input that are no tokens of a text', async () => {
    write(input({ name: 'counts', type: 'int64', dims: ['N', 3, 'L'] }));
    await fails('model.inputType', /"counts" is int64.*float32/);
  });

  it('an input that is no batch of images', async () => {
    write(input({ name: 'flat', dims: ['N', 3, 784] }));
    await fails('model.inputShape', /"flat" is float32\[N, 3, 784\].*four dimensions/);
  });

  it('images of another size than the graph states', async () => {
    write(smallClassifier({ size: 32 }));
    await fails('model.inputMismatch', /\[3, 32, 32\].*\[3, 8, 8\].*bad\.transferlens\.json/);
  });

  it('an output that is no score per class, as the graph states', async () => {
    write({ ...small, outputs: [{ name: 'relu', dims: ['N', 16, 8, 8] }] });
    await fails(
      'model.outputShape',
      /"relu" is float32\[N, 16, 8, 8\].*"output" in bad\.transferlens\.json/,
    );
  });

  it('an output that is no score per class, as only a run can tell', async () => {
    write({ ...small, outputs: [{ name: 'relu' }] });
    await fails('model.outputShape', /"relu" is float32\[1, 16, 8, 8\]/);
  });

  it('an output of integers', async () => {
    const best = node('ArgMax', ['scores'], 'best', { axis: 1 });
    write({
      ...small,
      nodes: [...small.nodes, best],
      outputs: [{ name: 'best', type: 'int64', dims: ['N', 1] }],
    });
    await fails('model.outputShape', /"best" is int64\[N, 1\]/);
  });

  it('names in the sidecar that the graph does not have', async () => {
    write(small);
    await fails('model.noInput', /"x".*images float32\[N, 3, 8, 8\]/, { input: 'x' });
    await fails('model.noOutput', /"y".*scores float32\[N, 10\]/, { output: 'y' });
  });

  it('a graph that fails when it runs', async () => {
    const wrong = node('Reshape', ['scores', 'to'], 'odd');
    write({
      ...small,
      nodes: [...small.nodes, wrong],
      initializers: [...(small.initializers ?? []), constant('to', [2], [7, 11], 'int64')],
      outputs: [{ name: 'odd' }],
    });
    await fails('model.run', /Reshape/);
  });

  it('NaN passes through untouched: what it means is decided where it is read', async () => {
    const nodes = [node('Mul', ['scores', 'zero'], 'z'), node('Div', ['z', 'z'], 'nan')];
    write({
      ...small,
      nodes: [...small.nodes, ...nodes],
      initializers: [...(small.initializers ?? []), constant('zero', [], [0])],
      outputs: [{ ...scores, name: 'nan' }],
    });
    const model = await openModel(path, { threads: 1 });
    const { outputs, classes } = await model.run([
      { data: new Float32Array(2 * 3 * 64), shape: [2, 3, 8, 8] },
    ]);
    await model.close();
    assert.equal(classes, 10);
    assert.ok(outputs.length === 20 && outputs.every(Number.isNaN));
  });
});

describe('a machine without a native binary', function () {
  this.timeout(60_000);
  it('says so and what to install', () => {
    write(small);
    const script = `
      Object.defineProperty(process, 'arch', { value: 'abacus' });
      const { openModel } = require(${JSON.stringify(join(root, 'src/models/open.ts'))});
      openModel(${JSON.stringify(path)}, { threads: 1 }).catch(error => {
        console.log(JSON.stringify(error.notice));
      });`;
    const args = ['--import', 'tsx', '--eval', script];
    const { code, message } = JSON.parse(
      execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }),
    );
    assert.equal(code, 'runtime.missing');
    assert.ok(message.startsWith(`${path}: ONNX Runtime cannot be loaded`), message);
    assert.match(message, /abacus.*Install the build/);
  });
});
