import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openModel } from '../../../src/models/open.js';
import { root } from '../../support/referenceData.js';

interface Expected {
  shape: [number, number, number, number];
  classes: number;
  dimension: number;
  parameters: number;
  outputs: number[];
  /** What a hook on the head of the torch network sees. */
  features: number[];
}

/** A folder of full networks, made by `make.py full FOLDER`, may be named instead of the narrow ones that are here. */
const folder =
  process.env.TRANSFERLENS_ARCHITECTURES ?? join(root, 'test', 'fixtures', 'architectures');
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<
  string,
  Expected
>;

/** The images that make.py feeds: a fixed pattern, each image brighter than the one before. */
function images([rows, ...dims]: number[]): Float32Array {
  const size = dims.reduce((a, b) => a * b, 1);
  const light = (row: number) => Math.fround(0.5 + (0.5 * row) / (rows - 1));
  return Float32Array.from(
    { length: rows * size },
    (_, i) => Math.fround(((i * 37) % 101) / 100) * light(Math.floor(i / size)),
  );
}

/** Largest difference as a share of the largest value. */
function apart(actual: Float32Array | null, wanted: readonly number[]): number {
  assert.equal(actual?.length, wanted.length);
  const largest = Math.max(...wanted.map(Math.abs));
  assert.ok(largest > 1e-3);
  return Math.max(...wanted.map((v, i) => Math.abs((actual?.[i] ?? Number.NaN) - v))) / largest;
}

describe('architectures run with the features that torch hooks see', function () {
  this.timeout(300_000);

  it('has ResNet, SENet, DarkNet and MobileNet V1 in four widths', () => {
    const names = Object.keys(expected).join(' ');
    for (const name of ['resnet18', 'resnet50', 'senet', 'darknet53'])
      assert.ok(names.includes(name));
    assert.equal(names.match(/mobilenet-v1/g)?.length, 4);
  });

  for (const [name, { shape, classes, dimension, outputs, features }] of Object.entries(expected))
    it(name, async () => {
      const model = await openModel(join(folder, `${name}.onnx`), { threads: 1 });
      try {
        const result = await model.run([{ data: images(shape), shape }]);
        assert.deepEqual([result.classes, result.dimension], [classes, dimension]);
        assert.deepEqual(model.notices, []);
        const worst = [apart(result.outputs, outputs), apart(result.features, features)];
        assert.ok(
          worst.every(share => share <= 1e-5),
          `outputs and features are off by ${worst.join(', ')}`,
        );
        if (process.env.TRANSFERLENS_ARCHITECTURES)
          console.log(`${name}: ${worst.map(share => share.toExponential(1)).join(', ')}`);
      } finally {
        await model.close();
      }
    });
});
