import assert from 'node:assert/strict';
import { datasetLayouts } from '../../../src/datasets/index.js';
import { isTelling } from '../../../src/discovery/index.js';
import { modelFormats } from '../../../src/models/index.js';

/** Endings of members of archives, which are no files. */
const inside = ['.cls'];

describe('what changes what is found', () => {
  it('is every file that a format or a layout is known by', () => {
    const named = [...modelFormats, ...datasetLayouts].flatMap(({ files }) =>
      [...files.matchAll(/`[^`]*?(\.[a-z][\w]*)`/g)].map(([, ending]) => ending),
    );
    assert.ok(named.includes('.onnx') && named.includes('.ort') && named.includes('.parquet'));
    const silent = named.filter(ending => !isTelling(`/data/x${ending}`));
    assert.deepEqual(
      silent.filter(ending => !inside.includes(ending)),
      [],
    );
  });

  it('is an image, and what may be a folder, but no code', () => {
    assert.deepEqual(
      ['/a/cat.JPG', '/a/cats', '/a/t10k-images-idx3-ubyte', '/a/train.py', '/a/b.ts'].map(
        isTelling,
      ),
      [true, true, true, false, false],
    );
  });
});
