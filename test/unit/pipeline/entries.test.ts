import assert from 'node:assert/strict';
import { join } from 'node:path';
import { entriesOf } from '../../../src/pipeline/entries.js';
import { put, scratch } from '../../support/scratch.js';

describe('the candidates of a run', () => {
  const ids = async (...files: string[]) => {
    const folder = scratch('entries');
    for (const file of files) put(join(folder, file), 'x');
    const found = await entriesOf(files.map(file => join(folder, file)));
    return found.map(({ id, name }) => {
      assert.equal(name, id, 'what is shown tells models apart too');
      return id;
    });
  };

  it('are called by their names where those differ', async () => {
    assert.deepEqual(await ids('a/resnet.onnx', 'b/vgg.onnx'), ['resnet', 'vgg']);
    assert.deepEqual(await ids('bert/model.onnx', 'vit/model.onnx'), ['bert', 'vit']);
  });
  it('get as many folders in front as it takes to tell them apart', async () => {
    assert.deepEqual(await ids('a/net.onnx', 'b/net.onnx', 'c/vgg.onnx'), [
      'a/net',
      'b/net',
      'vgg',
    ]);
    assert.deepEqual(await ids('a/same/net.onnx', 'b/same/net.onnx'), ['a/same/net', 'b/same/net']);
  });
  it('do not repeat a folder that the name comes from', async () => {
    assert.deepEqual(await ids('a/cnn/model.onnx', 'b/cnn/model.onnx'), ['a/cnn', 'b/cnn']);
  });
  it('are told apart by their files in one folder', async () => {
    assert.deepEqual(await ids('net.onnx', 'net.ONNX'), ['net.onnx', 'net.ONNX']);
  });
  it('count once when a path is given twice, and may be no models at all', async () => {
    const folder = scratch('entries');
    const model = put(join(folder, 'net.onnx'), 'x');
    const other = put(join(folder, 'words.txt'), 'x');
    const found = await entriesOf([model, join(folder, '.', 'net.onnx'), other]);
    assert.deepEqual(
      found.map(({ id, format }) => [id, format]),
      [
        ['net', 'onnx'],
        ['words.txt', 'unknown'],
      ],
    );
  });
});
