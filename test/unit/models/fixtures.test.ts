import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { modelFiles, openModel } from '../../../src/models/open.js';
import { imageInput } from '../../support/imageInput.js';
import { root } from '../../support/referenceData.js';

interface Expected {
  shape: number[];
  layout: 'NCHW' | 'NHWC';
  type: 'float32' | 'float16' | 'uint8';
  batch: number | null;
  outputs: number[];
  features: number[];
}

const folder = join(root, 'test', 'fixtures', 'models');

/** The images that make.py feeds: bytes in a fixed pattern, each image brighter than the one before. */
function images([rows, ...dims]: number[], scale: number): Float32Array {
  const size = dims.reduce((a, b) => a * b, 1);
  const byte = (i: number) => Math.floor((((i * 37) % 256) * (Math.floor(i / size) + 1)) / rows);
  return Float32Array.from({ length: rows * size }, (_, i) => byte(i) / scale);
}

/** Half precision carries 11 bits, int8 keeps a rounding step where another kernel may round the other way. */
function tolerance(name: string): number {
  return name.startsWith('float16') ? 5e-3 : name.startsWith('int8') ? 3e-2 : 1e-5;
}

describe('each model of test/fixtures/models runs as onnxruntime in Python does', function () {
  this.timeout(60_000);
  for (const file of readdirSync(folder).filter(name => name.endsWith('.json'))) {
    const name = file.replace('.json', '');
    it(name, async () => {
      const expected: Expected = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      const model = await openModel(join(folder, `${name}.onnx`), { threads: 1 });
      try {
        const { shape, layout, type, batch } = expected;
        const input = imageInput(model);
        assert.deepEqual([input.name, input.layout, input.type], ['images', layout, type]);
        assert.equal(input.batch, batch);
        const graph = [input.channels, input.height, input.width];
        const [, a, b, c] = shape;
        const sizes = layout === 'NCHW' ? [a, b, c] : [c, a, b];
        assert.deepEqual(graph, name.startsWith('dynamic-size') ? [sizes[0], null, null] : sizes);
        assert.equal(model.output, 'scores');
        assert.ok(model.features !== null);
        assert.match(model.runtime, /^onnxruntime-node \d+\.\d+\.\d+ cpu$/);
        assert.deepEqual(model.notices, []);
        const result = await model.run([
          { data: images(shape, type === 'uint8' ? 1 : 255), shape },
        ]);
        assert.deepEqual([result.classes, result.dimension], [5, 8]);
        near(result.outputs, expected.outputs, tolerance(name));
        near(result.features ?? new Float32Array(), expected.features, tolerance(name));
      } finally {
        await model.close();
      }
    });
  }

  it('external weights count among the files of a model', async () => {
    const path = join(folder, 'external.onnx');
    assert.deepEqual(await modelFiles(path), [path, join(folder, 'external.weights')]);
  });
});

function near(given: Float32Array, wanted: readonly number[], allowed: number): void {
  assert.equal(given.length, wanted.length);
  wanted.forEach((value, i) => {
    const gap = Math.abs(given[i] - value);
    assert.ok(gap <= allowed * Math.max(1, Math.abs(value)), `${i}: ${value} off by ${gap}`);
  });
}
