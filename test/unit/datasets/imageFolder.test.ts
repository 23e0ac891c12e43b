import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { openDataset } from '../../../src/datasets/open.js';
import type { EncodedImage, SampleContent } from '../../../src/protocol/content.js';
import { noOptions } from '../../../src/protocol/datasetOptions.js';
import { TransferLensError } from '../../../src/protocol/notice.js';
import { referenceData } from '../../support/referenceData.js';
import { imageFolder, put, scratch } from '../../support/scratch.js';

/** Writes empty files: an image folder is told by names. */
function touch(folder: string, ...names: string[]): void {
  for (const name of names) put(join(folder, name), '');
}

async function rows(folder: string): Promise<string[]> {
  const dataset = await openDataset(folder);
  return Array.from(
    { length: dataset.size },
    (_, i) => `${dataset.classes[dataset.labels[i]]}: ${dataset.sampleName(i)}`,
  );
}

async function failureOf(folder: string): Promise<string> {
  try {
    await openDataset(folder);
  } catch (error) {
    assert.ok(error instanceof TransferLensError, String(error));
    assert.ok(error.notice.message.startsWith(folder), error.notice.message);
    return error.notice.code;
  }
  return 'opened';
}

const codes = (dataset: { notices: { code: string }[] }) => dataset.notices.map(n => n.code);

function bytesOf(content: SampleContent): Uint8Array {
  assert.equal(content.kind, 'encodedImage');
  return (content as EncodedImage).bytes;
}

describe('image folder', () => {
  it('takes every sub-folder for a class and hands out the bytes of each image', async () => {
    const folder = await imageFolder(scratch(), { cat: 2, dog: 3 }, 8);
    const dataset = await openDataset(folder);
    assert.deepEqual(dataset.classes, ['cat', 'dog']);
    assert.deepEqual([...dataset.labels], [0, 0, 1, 1, 1]);
    assert.equal(dataset.size, 5);
    assert.equal(dataset.layout, 'imageFolder');
    assert.equal(dataset.splits, null);
    assert.deepEqual(dataset.notices, []);
    const content = await dataset.read(4);
    assert.equal(content.file, join(folder, 'dog', '00002.png'));
    assert.equal(content.file, dataset.sampleFile(4));
    assert.equal((await sharp(bytesOf(content)).metadata()).width, 8);
  });

  it('reads PNG, JPEG, WebP, GIF and TIFF by their extensions, whatever the case', async () => {
    const folder = scratch();
    const image = sharp({ create: { width: 4, height: 4, channels: 3, background: 'red' } });
    for (const [name, format] of [
      ['a.PNG', 'png'],
      ['b.jpg', 'jpeg'],
      ['c.JPEG', 'jpeg'],
      ['d.webp', 'webp'],
      ['e.Gif', 'gif'],
      ['f.tif', 'tiff'],
      ['g.tiff', 'tiff'],
    ] as const)
      put(join(folder, 'x', name), await image.clone().toFormat(format).toBuffer());
    touch(folder, 'y/1.png', 'x/notes.txt', 'x/h.bmp');
    const dataset = await openDataset(folder);
    assert.equal(dataset.size, 8);
    for (let i = 0; i < 7; i++)
      assert.equal((await sharp(bytesOf(await dataset.read(i))).metadata()).height, 4);
    assert.deepEqual(codes(dataset), ['dataset.filesSkipped']);
    assert.match(dataset.notices[0].message, /2 files/);
  });

  it('sorts classes by name and files by folder and name in code-point order, as torchvision does', async () => {
    const folder = scratch();
    touch(folder, '10/b.png', '10/a.png', '2/10.png', '2/9.png', '1/z/a.png', '1/a/b.png');
    touch(
      folder,
      '1/m.png',
      '1/a/c/x.png',
      '1/a-b/x.png',
      'B/1.png',
      'a/1.png',
      '\uffee/1.png',
      '😀/1.png',
    );
    assert.deepEqual(await rows(folder), [
      '1: 1/m.png',
      '1: 1/a/b.png',
      '1: 1/a-b/x.png',
      '1: 1/a/c/x.png',
      '1: 1/z/a.png',
      '10: 10/a.png',
      '10: 10/b.png',
      '2: 2/10.png',
      '2: 2/9.png',
      'B: B/1.png',
      'a: a/1.png',
      '\uffee: \uffee/1.png',
      '😀: 😀/1.png',
    ]);
  });

  it('leaves out what the system puts into folders', async () => {
    const folder = scratch();
    touch(folder, 'a/1.png', 'a/.DS_Store', 'a/._1.png', 'a/Thumbs.db', 'b/1.png', '.cache/1.png');
    touch(folder, '__MACOSX/a/1.png', 'a/.hidden/2.png');
    const dataset = await openDataset(folder);
    assert.deepEqual(dataset.classes, ['a', 'b']);
    assert.equal(dataset.size, 2);
    assert.deepEqual(dataset.notices, []);
  });

  it('joins splits by class name, train first', async () => {
    const folder = scratch();
    touch(folder, 'test/dog/1.png', 'Validation/cat/1.png', 'TRAIN/cat/1.png', 'TRAIN/dog/2.png');
    touch(folder, 'test/emu/1.png', 'docs/readme.md', 'loose.png');
    const dataset = await openDataset(folder);
    assert.deepEqual(dataset.classes, ['cat', 'dog', 'emu']);
    assert.deepEqual(dataset.splits, ['train', 'train', 'val', 'test', 'test']);
    assert.deepEqual([...dataset.labels], [0, 1, 0, 1, 2]);
    assert.equal(dataset.sampleName(2), join('Validation', 'cat', '1.png'));
    assert.deepEqual(codes(dataset), ['dataset.foldersIgnored', 'dataset.looseImages']);
    assert.match(dataset.notices[0].message, /docs/);
  });

  it('leaves out a split without class folders, as unlabelled test images have', async () => {
    const folder = scratch();
    touch(folder, 'train/cat/1.png', 'train/dog/1.png', 'test/1.png', 'test/2.png');
    const dataset = await openDataset(folder);
    assert.deepEqual(dataset.splits, ['train', 'train']);
    assert.deepEqual(codes(dataset), ['dataset.foldersIgnored']);
  });

  it('takes "train" for a class where its images lie in it directly', async () => {
    const folder = scratch();
    touch(folder, 'train/1.png', 'plane/1.png', 'test/1.png');
    const dataset = await openDataset(folder);
    assert.deepEqual(dataset.classes, ['plane', 'test', 'train']);
    assert.equal(dataset.splits, null);
  });

  it('opens one split alone', async () => {
    const folder = scratch();
    touch(folder, 'train/cat/1.png', 'train/dog/1.png', 'test/cat/1.png');
    assert.deepEqual(await rows(join(folder, 'train')), ['cat: cat/1.png', 'dog: dog/1.png']);
  });

  it('keeps a class without an image and says so', async () => {
    const folder = scratch();
    touch(folder, 'a/1.png', 'c/1.png', 'd/notes.txt');
    mkdirSync(join(folder, 'b'));
    const dataset = await openDataset(folder);
    assert.deepEqual(dataset.classes, ['a', 'b', 'c', 'd']);
    assert.deepEqual([...dataset.labels], [0, 2]);
    assert.ok(codes(dataset).includes('dataset.emptyClasses'));
    assert.match(dataset.notices[0].message, /2 classes have no image \(b, d\)/);
  });

  it('takes any class name as it is', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = scratch();
    const names = ['\n', '<script>alert(1)<', '__proto__', '{file}', '👩‍👩‍👧'];
    for (const name of names) touch(folder, `${name}/1.png`);
    const dataset = await openDataset(folder);
    assert.deepEqual(dataset.classes, names);
    assert.deepEqual([...dataset.labels], [0, 1, 2, 3, 4]);
  });

  it('follows symbolic links once, lists those to nowhere, and survives cycles', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = scratch();
    const outside = scratch();
    touch(outside, 'x/1.png', 'x/2.png');
    touch(folder, 'a/1.png', 'a/deep/2.png');
    symlinkSync(join(outside, 'x'), join(folder, 'b'));
    symlinkSync(folder, join(folder, 'a', 'up'));
    symlinkSync('.', join(folder, 'a', 'deep', 'self'));
    symlinkSync(join(outside, 'x'), join(folder, 'a', 'one'));
    symlinkSync(join(outside, 'x'), join(folder, 'a', 'two'));
    symlinkSync(folder, join(outside, 'x', 'back'));
    symlinkSync(join(folder, 'nowhere.png'), join(folder, 'a', 'broken.png'));
    symlinkSync(join(outside, 'x', '1.png'), join(folder, 'a', 'linked.png'));
    assert.deepEqual(await rows(folder), [
      'a: a/1.png',
      'a: a/broken.png',
      'a: a/linked.png',
      'a: a/deep/2.png',
      'a: a/one/1.png',
      'a: a/one/2.png',
      'b: b/1.png',
      'b: b/2.png',
    ]);
  });

  it('leaves out a folder that cannot be read, and goes on (needs to be or to become an ordinary user)', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = scratch();
    touch(folder, 'a/1.png', 'b/1.png', 'c/1.png', 'a/closed/1.png', 'd/file.png');
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'a/closed'), 0);
    chmodSync(join(folder, 'c'), 0);
    chmodSync(join(folder, 'd/file.png'), 0);
    const root = process.getuid?.() === 0;
    try {
      if (root) process.seteuid?.(65_534);
      const dataset = await openDataset(folder);
      assert.deepEqual(dataset.classes, ['a', 'b', 'c', 'd']);
      assert.deepEqual([...dataset.labels], [0, 1, 3]);
      assert.deepEqual(codes(dataset), [
        'dataset.folderSkipped',
        'dataset.folderSkipped',
        'dataset.emptyClasses',
      ]);
      assert.match(dataset.notices[0].message, /closed: .*\(permission denied\)/);
      await assert.rejects(dataset.read(2), /d\/file\.png: the file cannot be read \(permission/);
    } finally {
      if (root) process.seteuid?.(0);
      chmodSync(join(folder, 'a/closed'), 0o755);
      chmodSync(join(folder, 'c'), 0o755);
    }
  });

  it('says what is wrong with a folder that is no dataset', async () => {
    const folder = scratch();
    touch(folder, 'one/cat/1.png', 'flat/1.png', 'flat/2.png', 'file.txt', 'text/a/1.txt');
    touch(folder, 'half/cat/1.png', 'half/dog/1.txt', 'split/train/cat/1.png');
    touch(
      folder,
      'several/x/a/1.png',
      'several/x/b/1.png',
      'several/y/a/1.png',
      'several/y/b/1.png',
    );
    mkdirSync(join(folder, 'empty'));
    assert.equal(await failureOf(join(folder, 'one')), 'dataset.oneClass');
    assert.equal(await failureOf(join(folder, 'half')), 'dataset.oneClass');
    assert.equal(await failureOf(join(folder, 'split')), 'dataset.oneClass');
    assert.equal(await failureOf(join(folder, 'flat')), 'dataset.noClassFolders');
    assert.equal(await failureOf(join(folder, 'empty')), 'dataset.unknown');
    assert.equal(await failureOf(join(folder, 'text')), 'dataset.unknown');
    assert.equal(await failureOf(join(folder, 'file.txt')), 'dataset.unknown');
    assert.equal(await failureOf(join(folder, 'missing')), 'dataset.notFound');
    assert.equal(await failureOf(join(folder, 'file.txt', 'below')), 'dataset.notFound');
    assert.equal(await failureOf(join(folder, 'several')), 'dataset.holdsFolders');
    // Unless the user says that its folders are classes.
    const { classes, size } = await openDataset(join(folder, 'several'), {
      ...noOptions,
      classes: true,
    });
    assert.deepEqual([classes, size], [['x', 'y'], 4]);
    put(join(folder, 'several/z.csv'), 'text,label\na,x\nb,y\n');
    assert.equal(await failureOf(join(folder, 'several')), 'dataset.holdsDatasets');
  });

  it('names a sample that has gone', async () => {
    const folder = await imageFolder(scratch(), { a: 1, b: 1 }, 4);
    const dataset = await openDataset(folder);
    rmSync(dataset.sampleFile(1));
    await assert.rejects(dataset.read(1), (error: TransferLensError) => {
      assert.equal(error.notice.code, 'dataset.sampleUnreadable');
      assert.match(error.message, /b\/00000\.png: .*no such file or directory/);
      return true;
    });
  });

  it('stops when it is cancelled', async () => {
    const folder = await imageFolder(scratch(), { a: 1, b: 1 }, 4);
    await assert.rejects(openDataset(folder, undefined, AbortSignal.abort()), {
      name: 'Cancelled',
    });
  });

  it('opens fashion900 in the row order of its golden values (needs the reference data)', async function () {
    const folder = referenceData('workspace', 'datasets', 'fashion900');
    if (!folder) this.skip();
    const dataset = await openDataset(folder as string);
    assert.equal(dataset.size, 900);
    assert.equal(dataset.classes.length, 10);
    assert.equal(dataset.classes[9], '9_ankle_boot');
    assert.deepEqual(
      [...dataset.labels],
      Array.from({ length: 900 }, (_, i) => Math.floor(i / 90)),
    );
    assert.deepEqual(dataset.notices, []);
  });
});
