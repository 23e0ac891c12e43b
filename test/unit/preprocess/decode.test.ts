import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
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

/** A black grey PNG; one that is too large holds no pixels. */
function png(width: number, height: number): Buffer {
  const chunk = (kind: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length, 0);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const pixels =
    width * height < 2e6 ? deflateSync(Buffer.alloc((width + 1) * height)) : Buffer.alloc(0);
  const start = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([
    start,
    chunk('IHDR', header),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

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

  it('refuses images that would fill the memory, by their header', async function () {
    this.timeout(20_000);
    for (const [width, height] of [
      [60_000, 60_000],
      [1_000_001, 1],
    ]) {
      const bytes = png(width, height);
      await assert.rejects(decodeImage(bytes, 3, 'a.png'), (error: unknown) => {
        assert.ok(error instanceof TransferLensError);
        assert.equal(error.notice.code, 'image.tooLarge');
        return true;
      });
    }
    assert.equal((await decodeImage(png(999_999, 1), 1, 'a.png')).width, 999_999);
  });

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
