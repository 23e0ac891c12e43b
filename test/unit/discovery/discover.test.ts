import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type DiscoverOptions, discover } from '../../../src/discovery/index.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

function touch(folder: string, ...names: string[]): void {
  for (const name of names) put(join(folder, name), 'x');
}

/** Paths of what is found, relative to the folder. */
async function found(folder: string, options: Partial<DiscoverOptions> = {}) {
  const { models, datasets } = await discover(folder, { exclude: [], ...options });
  const paths = (list: { path: string }[]) => list.map(({ path }) => relative(folder, path));
  return { models: paths(models), datasets: paths(datasets) };
}

describe('discovery', () => {
  it('finds the models and the dataset of the sample workspace', async () => {
    const { models, datasets } = await discover(join(root, 'samples'), { exclude: [] });
    assert.deepEqual(
      models.filter(m => m.format === 'onnx').map(m => m.name),
      ['cnn-random', 'cnn-vehicles', 'lenet-mnist', 'lenet-mnist-undertrained'],
    );
    assert.equal(datasets.length, 1);
    assert.equal(datasets[0].name, 'optdigits');
    assert.equal(datasets[0].layout, 'imageFolder');
    assert.equal(datasets[0].classes, 10);
    assert.equal(datasets[0].size, 1797);
  });

  it('tells each dataset from the folder that holds several', async () => {
    const folder = scratch();
    touch(folder, 'datasets/a/x/1.png', 'datasets/a/y/1.png', 'datasets/b/x/1.png');
    touch(folder, 'datasets/b/y/1.png', 'datasets/c/train/x/1.png', 'datasets/c/train/y/1.png');
    touch(folder, 'datasets/loose/1.png', 'models/m.onnx', 'models/deep/er/n.onnx');
    assert.deepEqual(await found(folder), {
      models: ['models/deep/er/n.onnx', 'models/m.onnx'],
      datasets: ['datasets/a', 'datasets/b', 'datasets/c'],
    });
  });

  it('counts classes and samples of each split', async () => {
    const folder = scratch();
    touch(folder, 'd/train/x/1.png', 'd/train/x/2.png', 'd/train/y/1.png', 'd/val/y/1.png');
    touch(folder, 'd/test/1.png', 'd/train/y/deep/2.png');
    const { datasets } = await discover(folder, { exclude: [] });
    assert.deepEqual(datasets, [
      {
        path: join(folder, 'd'),
        name: 'd',
        layout: 'imageFolder',
        content: 'image',
        classes: 2,
        size: 5,
        splits: { train: 4, val: 1 },
      },
    ]);
  });

  it('finds datasets whose class folders have a level of their own, notes or no image', async () => {
    const folder = scratch();
    touch(folder, 'tiny/n01/images/1.jpeg', 'tiny/n01/n01_boxes.txt', 'tiny/n02/images/1.jpeg');
    touch(folder, 'voc/cat/1.jpg', 'voc/cat/1.xml', 'voc/dog/1.jpg', 'voc/dog/1.xml');
    touch(folder, 'gap/a/1.png', 'gap/b/1.png', 'gap/c/.gitkeep', 'gap/labels.csv');
    assert.deepEqual((await found(folder)).datasets, ['gap', 'tiny', 'voc']);
  });

  it('does not take source trees and model folders for datasets', async () => {
    const folder = scratch();
    touch(folder, 'web/docs/shot.png', 'web/media/icon.png', 'web/src/main.ts');
    touch(folder, 'zoo/a/model.onnx', 'zoo/a/curve.png', 'zoo/b/model.onnx', 'zoo/b/curve.png');
    touch(folder, 'app/test/golden/1.png', 'app/test/fixtures/1.png', 'app/src/x/main.py');
    touch(
      folder,
      'one/a/1.png',
      'one/notes.txt',
      'yolo/train/images/1.png',
      'yolo/train/labels/1.txt',
    );
    assert.deepEqual(await found(folder), {
      models: ['zoo/a/model.onnx', 'zoo/b/model.onnx'],
      // Two folders of images are what a dataset looks like, wherever they are.
      datasets: ['app/test'],
    });
  });

  it('looks beside splits and class folders for models, but not into them', async () => {
    const folder = scratch();
    touch(folder, 'train/a/1.png', 'train/b/1.png', 'runs/best.onnx', 'last.onnx');
    assert.deepEqual(await found(folder), {
      models: ['last.onnx', 'runs/best.onnx'],
      datasets: [''],
    });
  });

  it('skips packages, histories, Python environments and excludes, but not what git ignores', async () => {
    const folder = scratch();
    touch(folder, 'node_modules/m/a.onnx', '.git/b.onnx', 'env/pyvenv.cfg', 'env/lib/c.onnx');
    touch(folder, 'deep/node_modules/a.onnx', 'build/d.onnx', 'deep/build/e.onnx', 'f.tmp.onnx');
    touch(folder, 'a/old/g.onnx', 'a/new/h.onnx', 'ignored/i.onnx', '.local/j.onnx');
    put(join(folder, '.gitignore'), 'ignored\n*.onnx\n');
    assert.deepEqual((await found(folder)).models, [
      '.local/j.onnx',
      'a/new/h.onnx',
      'a/old/g.onnx',
      'build/d.onnx',
      'deep/build/e.onnx',
      'f.tmp.onnx',
      'ignored/i.onnx',
    ]);
    const models = async (...exclude: string[]) => (await found(folder, { exclude })).models;
    assert.deepEqual(await models('build', '*.tmp.onnx', 'a/old', '**/.local/**', '{ignored,x}'), [
      'a/new/h.onnx',
    ]);
    assert.deepEqual(await models('/build/', 'a/**/g.onnx', 'ignored/*', '.local', '?.tmp.onnx'), [
      'a/new/h.onnx',
      'deep/build/e.onnx',
    ]);
    assert.equal((await models('', '{broken', '[', '**/nothing/**')).length, 7);
    assert.deepEqual(await models('**'), []);
  });

  it('looks at a single file, and says when there is none', async () => {
    const folder = scratch();
    touch(folder, 'm.onnx');
    assert.deepEqual(await found(join(folder, 'm.onnx')), { models: [''], datasets: [] });
    await assert.rejects(discover(join(folder, 'gone'), { exclude: [] }), /gone: no such file/);
  });

  it('finds what lies beside files that end within their headers', async () => {
    const folder = scratch();
    touch(folder, 'net.onnx');
    const starts: [endings: string, start: string][] = [
      ['pt pth ckpt bin keras npz', 'PK\x03\x04junk'],
      ['h5 hdf5', '\x89HDF'],
      ['safetensors', '\x09\0\0\0\0\0\0\0{'],
      ['npy', '\x93NUMPY\x01\0\xff'],
      ['parquet', 'PAR1'],
      ['arrow feather', 'ARROW1'],
      ['gz tar', '\x1f\x8b\x08'],
      ['ort', '\x20\0\0\0ORTM'],
      ['json csv jsonl', '{"'],
    ];
    for (const [endings, start] of starts)
      for (const ending of endings.split(' '))
        put(join(folder, `pytorch_model.${ending}`), Buffer.from(start, 'latin1'));
    const { models, datasets } = await discover(folder, { exclude: [] });
    assert.ok(models.some(model => model.name === 'net'));
    assert.deepEqual(datasets, []);
  });

  it('tells of finds as they come, and stops when it is cancelled', async () => {
    const folder = scratch();
    touch(folder, 'm.onnx', 'd/x/1.png', 'd/y/1.png');
    const seen: string[] = [];
    await discover(folder, { exclude: [], onFound: f => seen.push(Object.keys(f)[0]) });
    assert.deepEqual(seen.sort(), ['dataset', 'model']);
    const cancelled = discover(folder, { exclude: [], signal: AbortSignal.abort() });
    await assert.rejects(cancelled, { name: 'Cancelled' });
  });

  it('gives up beyond its limit and says so', async () => {
    const folder = scratch();
    touch(folder, 'a.onnx', 'b/c.onnx', 'b/d/e.onnx', 'b/d/f/g.onnx');
    const cut = await discover(folder, { exclude: [], limit: 4 });
    assert.equal(cut.truncated, true);
    assert.deepEqual(
      cut.models.map(m => m.name),
      ['a', 'c'],
    );
    assert.equal((await discover(folder, { exclude: [] })).truncated, false);
  });

  it('follows links once, out of the folder only, and survives cycles', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = scratch();
    const outside = scratch();
    touch(outside, 'm-1.0/m.onnx', 'cats/1.png', 'dogs/1.png');
    touch(folder, 'in/n.onnx');
    mkdirSync(join(folder, 'data'));
    symlinkSync(join(outside, 'm-1.0'), join(folder, 'linked-1.0'));
    symlinkSync(join(outside, 'm-1.0'), join(folder, 'in', 'again'));
    symlinkSync(join(folder, 'in'), join(folder, 'twice'));
    symlinkSync('..', join(folder, 'in', 'up'));
    symlinkSync(folder, join(outside, 'm-1.0', 'back'));
    symlinkSync(join(outside, 'cats'), join(folder, 'data', 'cats'));
    symlinkSync(join(outside, 'dogs'), join(folder, 'data', 'dogs'));
    symlinkSync(folder, join(folder, 'data', 'loop'));
    const { models, datasets } = await found(folder);
    assert.equal(models.length, 2);
    assert.ok(models.includes('in/n.onnx'));
    assert.deepEqual(datasets, ['data']);
  });

  it('reports a folder that it cannot read (needs to be or to become an ordinary user)', async function () {
    if (process.platform === 'win32') this.skip();
    const folder = scratch();
    touch(folder, 'closed/a.onnx', 'open/b.onnx');
    chmodSync(folder, 0o755);
    chmodSync(join(folder, 'closed'), 0);
    const isRoot = process.getuid?.() === 0;
    try {
      if (isRoot) process.seteuid?.(65_534);
      const { models, notices } = await discover(folder, { exclude: [] });
      assert.deepEqual(
        models.map(m => m.name),
        ['b'],
      );
      assert.deepEqual(
        notices.map(n => n.code),
        ['folder.skipped'],
      );
      assert.match(notices[0].message, /closed: .*\(permission denied\)/);
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(join(folder, 'closed'), 0o755);
    }
  });
});
