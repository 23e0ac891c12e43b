import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Pixels, resize } from '../../../src/preprocess/resample.js';
import type { Resample } from '../../../src/protocol/preprocessing.js';
import { root } from '../../support/referenceData.js';

interface Case {
  kernel: Resample;
  channels: 1 | 3 | 4;
  seed: number;
  from: [number, number];
  to: [number, number];
  sha256: string;
  file?: string;
}

const folder = join(root, 'test', 'golden', 'resample');
const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
  pillow: string;
  cases: Case[];
};

/** The same bytes as `pixels` of make.py. */
function generate({ seed, from: [width, height], channels }: Case): Pixels {
  const data = new Uint8Array(width * height * channels);
  let state = seed;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const byte = (state >>> 16) & 255;
    data[i] = i % 10 < 2 ? (byte < 128 ? 0 : 255) : byte;
  }
  return { data, width, height, channels };
}

const whole = ([width, height]: [number, number]) => ({ left: 0, top: 0, width, height });
const size = ([width, height]: [number, number]) => ({ width, height });

describe('resize', () => {
  const kernels = [...new Set(expected.cases.map(c => c.kernel))];
  for (const kernel of kernels) {
    const cases = expected.cases.filter(c => c.kernel === kernel);
    it(`equals Pillow ${expected.pillow} byte for byte: ${kernel}, ${cases.length} images`, () => {
      for (const c of cases) {
        const label = `${kernel} ${c.channels} channels ${c.from} -> ${c.to}`;
        const out = resize(generate(c), size(c.to), kernel, whole(c.to));
        if (c.file)
          assert.deepEqual(out, new Uint8Array(readFileSync(join(folder, c.file))), label);
        assert.equal(createHash('sha256').update(out).digest('hex'), c.sha256, label);
      }
    });
  }

  it('gives for a window the bytes of the whole image, cut', () => {
    for (const c of expected.cases.filter((_, i) => i % 5 === 0)) {
      const [width, height] = c.to;
      const window = {
        left: Math.floor(width / 3),
        top: Math.floor(height / 4),
        width: Math.ceil(width / 2),
        height: Math.ceil(height / 2),
      };
      const image = generate(c);
      const all = resize(image, size(c.to), c.kernel, whole(c.to));
      const cut = resize({ ...image, data: all, width, height }, size(c.to), c.kernel, window);
      assert.deepEqual(resize(image, size(c.to), c.kernel, window), cut, JSON.stringify(c));
    }
  });

  it('computes a small window of a huge result without holding the result', () => {
    const image = generate({ ...expected.cases[0], from: [65_000, 10], channels: 3 });
    const before = process.memoryUsage().arrayBuffers;
    const window = { left: 831_888, top: 16, width: 224, height: 224 };
    const out = resize(image, { width: 1_664_000, height: 256 }, 'bilinear', window);
    assert.equal(out.length, 224 * 224 * 3);
    // The whole result would be 1.3 GB.
    assert.ok(process.memoryUsage().arrayBuffers - before < 32e6);
  });
});
