import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ImageShape,
  imageToTensor,
  planImages,
  readModelMetadata,
} from '../../../src/preprocess/index.js';
import { TransferLensError } from '../../../src/protocol/notice.js';
import type { ImagePreprocessing } from '../../../src/protocol/preprocessing.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

interface Case {
  name: string;
  image: string;
  /** Files beside the model, by name. */
  files: Record<string, object>;
  graph: ImageShape;
  /** Channels, height, width. */
  tensor: [number, number, number];
  tolerance: number;
}

const golden = join(root, 'test', 'golden', 'preprocess');
const cases = JSON.parse(readFileSync(join(golden, 'cases.json'), 'utf8')) as Case[];

function encoded(name: string) {
  const file = join(root, 'test', 'fixtures', 'images', name);
  return { kind: 'encodedImage' as const, bytes: readFileSync(file), file };
}

describe('imageToTensor', () => {
  for (const { name, image, files, graph, tensor, tolerance } of cases) {
    it(`gives what the training pipeline gives: ${name}`, async () => {
      const folder = scratch('preprocess');
      for (const [file, json] of Object.entries(files)) put(join(folder, file), json);
      const metadata = await readModelMetadata(join(folder, 'model.onnx'));
      const { plan } = planImages(metadata, graph);
      assert.deepEqual([plan.channels, plan.height, plan.width], tensor);
      const bytes = readFileSync(join(golden, `${name}.f32`));
      const expected = new Float32Array(new Uint8Array(bytes).buffer);
      // Written behind something else, and nothing beyond its end.
      const out = new Float32Array(expected.length + 8).fill(-99);
      await imageToTensor(encoded(image), plan, out, 5);
      assert.deepEqual([...out.subarray(0, 5)], Array(5).fill(-99));
      assert.deepEqual([...out.subarray(5 + expected.length)], Array(3).fill(-99));
      const got = out.subarray(5, 5 + expected.length);
      let worst = 0;
      for (let i = 0; i < got.length; i++) worst = Math.max(worst, Math.abs(got[i] - expected[i]));
      assert.ok(worst <= tolerance, `largest difference ${worst}`);
    });
  }

  const plan: ImagePreprocessing = {
    kind: 'image',
    channels: 3,
    height: 16,
    width: 16,
    resize: { mode: 'shortestEdge', size: 18 },
    resample: 'bilinear',
    crop: { height: 16, width: 16, rounding: 'floor' },
    rescale: 1 / 255,
    mean: null,
    std: null,
    channelOrder: 'RGB',
    layout: 'NCHW',
  };
  const out = new Float32Array(3 * 16 * 16);

  it('tells of an image whose crop shows less than a tenth of it', async () => {
    const told = await imageToTensor(encoded('65000x10.png'), plan, out, 0);
    assert.equal(told?.code, 'image.extremeShape');
    assert.equal(told?.params.percent, '0.012');
    const exact = {
      ...plan,
      resize: { mode: 'exact', height: 16, width: 16 },
      crop: null,
    } as const;
    assert.equal(await imageToTensor(encoded('65000x10.png'), exact, out, 0), null);
    assert.equal(await imageToTensor(encoded('rgb.png'), plan, out, 0), null);
  });

  it('refuses an image of another size where nothing resizes', async () => {
    const as = { ...plan, resize: { mode: 'none' }, crop: null } as const;
    await assert.rejects(imageToTensor(encoded('rgb.png'), as, out, 0), (error: unknown) => {
      assert.ok(error instanceof TransferLensError);
      assert.equal(error.notice.code, 'image.wrongSize');
      assert.match(error.message, /rgb\.png: the image is 37 x 29, the model wants 16 x 16/);
      return true;
    });
    const right = { ...as, width: 37, height: 29 };
    await imageToTensor(encoded('rgb.png'), right, new Float32Array(3 * 37 * 29), 0);
  });
});
