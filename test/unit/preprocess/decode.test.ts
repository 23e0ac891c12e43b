import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeImage } from '../../../src/preprocess/decode.js';
import { TransferLensError } from '../../../src/protocol/notice.js';
import { root } from '../../support/referenceData.js';

interface Expected {
  size?: [number, number];
  RGB?: string;
  L?: string;
  RGBA?: string;
  /** Code of the failure that it must be. */
  error?: string;
}

const folder = join(root, 'test', 'fixtures', 'images');
const { pillow, images } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as {
  pillow: string;
  images: Record<string, Expected>;
};
const channels = { L: 1, RGB: 3, RGBA: 4 } as const;

describe(`decodeImage, against Pillow ${pillow}`, () => {
  const files = readdirSync(folder).filter(file => !/\.(py|json)$/.test(file));
  for (const file of files) {
    it(file, async () => {
      const expected = images[file];
      assert.ok(expected, `${file} has no entry in expected.json`);
      const bytes = readFileSync(join(folder, file));
      if (expected.error) {
        await assert.rejects(decodeImage(bytes, 3, file), (error: unknown) => {
          assert.ok(error instanceof TransferLensError);
          assert.equal(error.notice.code, expected.error);
          assert.match(error.message, new RegExp(`^${file}: `));
          return true;
        });
        return;
      }
      for (const mode of ['RGB', 'L', 'RGBA'] as const) {
        if (!expected[mode]) continue;
        const { data, width, height } = await decodeImage(bytes, channels[mode], file);
        assert.deepEqual([width, height], expected.size);
        assert.equal(data.length, width * height * channels[mode], mode);
        assert.equal(createHash('sha256').update(data).digest('hex'), expected[mode], mode);
      }
    });
  }

  it('opaque images get an alpha of 255', async () => {
    const bytes = readFileSync(join(folder, 'cmyk.jpg'));
    for (const name of ['cmyk.jpg', 'grey.png', 'rgb.png']) {
      const image = await decodeImage(readFileSync(join(folder, name)), 4, name);
      assert.ok(image.data.every((value, i) => i % 4 < 3 || value === 255));
    }
    const [rgb, rgba] = [await decodeImage(bytes, 3, 'a'), await decodeImage(bytes, 4, 'a')];
    assert.deepEqual(
      rgb.data,
      rgba.data.filter((_, i) => i % 4 < 3),
    );
  });

  it('leaves memory that its caller owns', async () => {
    const bytes = readFileSync(join(folder, 'rgb.png'));
    const [a, b] = await Promise.all([decodeImage(bytes, 3, 'a'), decodeImage(bytes, 3, 'b')]);
    a.data.fill(0);
    assert.ok(b.data.some(value => value > 0));
  });
});
