import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sniffModel } from '../../../src/models/index.js';
import type { OpenOptions } from '../../../src/models/model.js';
import { modelFiles } from '../../../src/models/open.js';
import { readSavedModel } from '../../../src/models/savedModel/messages.js';
import { noticeOf } from '../../../src/protocol/notice.js';
import { runModel, worst } from '../../support/modelOutputs.js';
import { root } from '../../support/referenceData.js';
import { scratch } from '../../support/scratch.js';

const fixtures = join(root, 'test', 'fixtures', 'models', 'savedModel');
const expected: {
  shape: number[];
  images: number[];
  models: Record<string, { outputs: number[]; features: number[]; parameters: number }>;
} = JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8'));
const data = Float32Array.from(expected.images, v => v / 255);

const control: { images: number[][][][]; outputs: Record<string, number[][]> } = JSON.parse(
  readFileSync(join(fixtures, 'control', 'expected.json'), 'utf8'),
);

const run = (path: string, options?: Partial<OpenOptions>) =>
  runModel(path, { data, shape: expected.shape }, options);

describe('TensorFlow SavedModels', function () {
  this.timeout(120_000);

  // Loops and choices, in the operators of TensorFlow 1 and as functions; the two images take different ways.
  for (const [name, wanted] of Object.entries(control.outputs))
    it(`${name}: outputs are those of TensorFlow (1e-6), image by image`, async () => {
      const path = join(fixtures, 'control', name, 'saved_model.pb');
      for (const [k, image] of control.images.entries()) {
        const given = Float32Array.from(image.flat(2), v => v / 255);
        const { model, result } = await runModel(path, { data: given, shape: [1, 8, 8, 3] });
        assert.ok(worst(result.outputs, wanted[k]) < 1e-6, `${result.outputs}`);
        assert.ok(result.features);
        // Two kernels, a matrix or a vector between, and the bias.
        assert.equal(model.parameters, 108 + 20 + 5 + (/loop/.test(name) ? 16 : 4));
      }
    });

  for (const [name, wanted] of Object.entries(expected.models))
    it(`${name}: outputs and features are those of TensorFlow (1e-5)`, async () => {
      const path = join(fixtures, name, 'saved_model.pb');
      const { model, result } = await run(path);
      assert.deepEqual(model.notices, []);
      assert.equal(model.output, 'output_0');
      assert.equal(model.parameters, wanted.parameters);
      assert.ok(worst(result.outputs, wanted.outputs) < 1e-5);
      assert.ok(result.features);
      assert.ok(worst(result.features, wanted.features) < 1e-5);
      assert.equal((await modelFiles(path)).length, 3);
      assert.deepEqual((await sniffModel(path))?.name, name);
    });

  describe('that are damaged fail with a cure', () => {
    const folder = scratch('saved-model');
    const path = join(folder, 'saved_model.pb');
    const variables = join(folder, 'variables');
    beforeEach(() => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder, { recursive: true });
      cpSync(join(fixtures, 'convolutional-head'), folder, { recursive: true });
    });

    async function fails(codes: string | RegExp, says: RegExp, options: Partial<OpenOptions> = {}) {
      await assert.rejects(run(path, options), error => {
        const { code, message } = noticeOf(error);
        if (typeof codes === 'string') assert.equal(code, codes, message);
        else assert.match(code, codes, message);
        assert.ok(message.startsWith(`${path}: `), message);
        assert.match(message, says);
        assert.doesNotMatch(message, /\{\w+\}|\n|undefined/);
        return true;
      });
    }

    it('cut anywhere, empty, or of another kind', async () => {
      const whole = readFileSync(path);
      for (let length = 1; length < whole.length; length += 1 + Math.floor(whole.length / 40)) {
        writeFileSync(path, whole.subarray(0, length));
        await fails(/^model\./, /./);
      }
      writeFileSync(path, '');
      await fails('model.empty', /empty/);
      writeFileSync(path, 'not a model at all, but a text of some length');
      await fails('model.notSavedModel', /damaged/);
    });

    it('with bytes changed: never an unexpected problem', async () => {
      const whole = readFileSync(path);
      for (let at = 0; at < whole.length; at += 1 + Math.floor(whole.length / 60)) {
        const bytes = Buffer.from(whole);
        bytes[at] ^= 0x55;
        writeFileSync(path, bytes);
        const error = await run(path).then(() => null, noticeOf);
        if (error) assert.match(error.code, /^model\./, `byte ${at}: ${error.message}`);
      }
    });

    it('variables that are missing, cut, or not what the index says', async () => {
      const file = join(variables, 'variables.data-00000-of-00001');
      truncateSync(file, 40);
      await fails('model.externalTruncated', /variables\.data-00000-of-00001/);
      rmSync(file);
      await fails('model.externalMissing', /Copy it into the same folder/);
      const index = join(variables, 'variables.index');
      truncateSync(index, 100);
      await fails('model.notSavedModel', /variables\.index/);
      rmSync(variables, { recursive: true });
      await fails('model.notSavedModel', /has no value/);
    });

    it('an operator that is not known, a tensor that is not there', async () => {
      const bytes = readFileSync(path);
      for (let at = bytes.indexOf('Softmax'); at >= 0; at = bytes.indexOf('Softmax', at + 1))
        bytes.write('Sooftax', at);
      writeFileSync(path, bytes);
      await fails('model.unsupportedOp', /"Sooftax".*tf2onnx/);
      cpSync(join(fixtures, 'convolutional-head'), folder, { recursive: true });
      await fails('model.noTensor', /"features"/, { features: 'nowhere' });
    });

    it('a signature that is missing', async () => {
      const [graph] = readSavedModel(readFileSync(path));
      assert.ok(graph.signatures.some(({ name }) => name === 'serving_default'));
      // A graph alone: the first field of its SavedModel is the schema's version.
      writeFileSync(path, Buffer.from([0x08, 1, 0x12, 2, 0x0a, 0]));
      await fails('model.noSignature', /model\.export/);
    });
  });
});
