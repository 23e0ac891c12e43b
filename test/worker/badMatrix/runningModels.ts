import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { constant, onnxModel, smallClassifier, writeExternal } from '../../support/onnxWriter.js';
import { put } from '../../support/scratch.js';
import { predictionFiles } from './arrays.js';
import {
  asGif,
  asItIs,
  bad,
  changed,
  changedIn,
  half,
  patched,
  type Row,
  replaced,
  same,
  tenGigabytes,
} from './cells.js';

const unpacked = 'nothing in it is packed, and what its graph computes is bounded by its process';

const small = smallClassifier({ size: 8 });
const onnx = (spec: object) => (folder: string) =>
  put(join(folder, 'net.onnx'), onnxModel({ ...small, ...spec }));

const tfjs = (kind: string, file: string, change: (bytes: Buffer) => string | Uint8Array) =>
  changedIn(`models/tfjs/${kind}`, file, change, 'model.json');
const saved = (kind: string, file: string, change: (bytes: Buffer) => string | Uint8Array) =>
  changedIn(`models/savedModel/${kind}`, file, change, 'saved_model.pb');

/** Edits a `model.json`. */
// biome-ignore lint/suspicious/noExplicitAny: a file of another program, changed where a test wants it
const json = (edit: (model: any) => void) => (bytes: Buffer) => {
  const model = JSON.parse(bytes.toString());
  edit(model);
  return JSON.stringify(model);
};
// biome-ignore lint/suspicious/noExplicitAny: as above
const first = (edit: (weight: any) => void) =>
  json(model => edit(model.weightsManifest[0].weights[0]));

/** Formats of models that run, by id. */
export const runningModels: Record<string, Row> = {
  onnx: {
    truncated: [
      bad('weights inside', /^model\.truncated/, changed('models/float32.onnx', half)),
      bad(
        'weights beside it',
        /^model\.externalTruncated/,
        changedIn('models', 'external.weights', half, 'external.onnx'),
      ),
    ],
    'wrong magic': [bad('a GIF', /^model\.notOnnx/, changed('models/float32.onnx', asGif))],
    'wrong type': [
      bad(
        'whole numbers of four axes',
        /^model\.inputType/,
        onnx({ inputs: [{ name: 'images', type: 'int64', dims: ['N', 3, 8, 8] }] }),
      ),
    ],
    'wrong shape': [
      bad(
        'three axes',
        /^model\.inputShape/,
        onnx({ inputs: [{ name: 'images', dims: ['N', 3, 64] }] }),
      ),
    ],
    'absurd sizes': [
      bad(
        'a weight of 10^15 numbers that has one',
        /^model\.load/,
        onnx({
          initializers: (small.initializers ?? []).map((tensor, k) =>
            k === 0 ? { ...constant(tensor.name, [1], [0]), dims: [1e9, 1e6] } : tensor,
          ),
        }),
      ),
    ],
    'path elsewhere': [
      bad('weights above its folder', /^model\.externalOutside/, folder =>
        writeExternal(join(folder, 'net.onnx'), small, '../weights.bin'),
      ),
      bad('weights at the root', /^model\.externalOutside/, async folder => {
        const path = await writeExternal(join(folder, 'net.onnx'), small, 'weights.bin');
        const outside = join(folder, '..', 'weights.bin');
        renameSync(join(folder, 'weights.bin'), outside);
        const initializers = (small.initializers ?? []).map(tensor => ({
          ...tensor,
          external: { location: outside, offset: 0 },
        }));
        return put(path, onnxModel({ ...small, initializers }));
      }),
    ],
    bomb: unpacked,
    '10 GB claimed': [
      bad('weights beside it', /^model\.externalTruncated/, folder => {
        put(join(folder, 'weights.bin'), Buffer.alloc(100));
        const initializers = (small.initializers ?? []).map(tensor => ({
          ...tensor,
          external: { location: 'weights.bin', offset: 10e9 },
        }));
        return onnx({ initializers })(folder);
      }),
      bad(
        'zeros',
        /^model\.(notOnnx|truncated)/,
        tenGigabytes(changed('models/float32.onnx', same)),
      ),
    ],
  },
  ort: {
    truncated: [bad('a half', /^model\.load/, changed('models/ort/small.ort', half))],
    'wrong magic': [bad('a GIF', /^model\.\w+/, changed('models/ort/small.ort', asGif))],
    'wrong type': [bad('int64 input', /^model\.inputType/, asItIs('damaged/type.ort'))],
    'wrong shape': [bad('three axes', /^model\.inputShape/, asItIs('damaged/shape.ort'))],
    'absurd sizes': [
      bad(
        'its root beyond its end',
        /^model\.load/,
        changed('models/ort/small.ort', patched(0, 0xf0, 0xff, 0xff, 0x7f)),
      ),
    ],
    'path elsewhere': 'its weights are in it, and it names no other file',
    bomb: unpacked,
    '10 GB claimed': [
      // The length of a weight's bytes, 648, becomes 2 GB: a flat buffer has no larger number.
      bad(
        'a weight of 2 GB',
        /^model\.load/,
        changed('models/ort/small.ort', patched(3464, 0xff, 0xff, 0xff, 0x7f)),
      ),
    ],
  },
  tfjs: {
    truncated: [
      bad('model.json', /^model\.notTfjs/, tfjs('graph', 'model.json', half)),
      bad('a shard', /^model\.externalTruncated/, tfjs('layers', 'group1-shard2of2.bin', half)),
    ],
    'wrong magic': [
      bad(
        'a GIF',
        /^model\.unknownFormat/,
        tfjs('graph', 'model.json', () => 'GIF89a'),
      ),
    ],
    'wrong type': [
      bad(
        'graph',
        /^model\.(notTfjs|tfLoad)/,
        tfjs(
          'graph',
          'model.json',
          first(w => {
            w.dtype = 'float99';
          }),
        ),
      ),
      bad(
        'layers',
        /^model\.(notTfjs|tfLoad)/,
        tfjs(
          'layers',
          'model.json',
          first(w => {
            w.dtype = 'int32';
          }),
        ),
      ),
    ],
    'wrong shape': [
      bad(
        'graph',
        /^model\.(run|tfLoad)/,
        tfjs(
          'graph',
          'model.json',
          first(w => {
            w.shape = [6, 6, 3, 2];
          }),
        ),
      ),
      bad(
        'layers',
        /^model\.(run|tfLoad)/,
        tfjs(
          'layers',
          'model.json',
          first(w => {
            w.shape = [6, 6, 3, 2];
          }),
        ),
      ),
      bad(
        'of half a number',
        /^model\.notTfjs/,
        tfjs(
          'graph',
          'model.json',
          first(w => {
            w.shape = [1.5];
          }),
        ),
      ),
    ],
    'absurd sizes': [
      bad(
        'a weight of 10^18 numbers',
        /^model\.externalTruncated/,
        tfjs(
          'graph',
          'model.json',
          first(w => {
            w.shape = [1e9, 1e9];
          }),
        ),
      ),
      bad(
        'a layer of 10^9 units',
        /^model\.(tfLoad|notTfjs)/,
        tfjs('layers', 'model.json', bytes =>
          bytes.toString().replace(/"units": \d+/, '"units": 1000000000'),
        ),
      ),
    ],
    'path elsewhere': [
      bad('a shard above its folder', /^model\.externalOutside/, folder => {
        const path = tfjs(
          'graph',
          'model.json',
          json(model => {
            model.weightsManifest[0].paths[0] = '../shard.bin';
          }),
        )(folder) as string;
        renameSync(join(folder, 'group1-shard1of2.bin'), join(folder, '..', 'shard.bin'));
        return path;
      }),
      bad(
        'a shard at the root',
        /^model\.externalOutside/,
        tfjs(
          'graph',
          'model.json',
          json(model => {
            model.weightsManifest[0].paths[0] = '/etc/hostname';
          }),
        ),
      ),
    ],
    bomb: 'shards are as long as their weights, quantised or not: nothing in them is packed',
    '10 GB claimed': [
      bad(
        'weights',
        /^model\.externalTruncated/,
        tfjs(
          'layers',
          'model.json',
          first(w => {
            w.shape = [2.5e9];
          }),
        ),
      ),
      bad(
        'model.json of zeros',
        /^model\.notTfjs/,
        tenGigabytes(tfjs('graph', 'model.json', same)),
      ),
    ],
  },
  savedModel: {
    truncated: [
      bad('graph', /^model\.notSavedModel/, saved('unusual', 'saved_model.pb', half)),
      bad(
        'values',
        /^model\.externalTruncated/,
        saved('unusual', 'variables/variables.data-00000-of-00001', half),
      ),
      bad('index', /^model\.notSavedModel/, saved('unusual', 'variables/variables.index', half)),
    ],
    'wrong magic': [
      bad('graph', /^model\.notSavedModel/, saved('unusual', 'saved_model.pb', asGif)),
      bad(
        'index',
        /^model\.notSavedModel/,
        saved('unusual', 'variables/variables.index', patched(-1, 0)),
      ),
    ],
    // A variable's entry: its type, then its shape.
    'wrong type': [
      bad(
        'a text',
        /^model\.\w+/,
        saved(
          'unusual',
          'variables/variables.index',
          replaced('\x08\x01\x12\x08', '\x08\x07\x12\x08'),
        ),
      ),
    ],
    'wrong shape': [
      bad(
        '5 x 3',
        /^model\.\w+/,
        saved(
          'unusual',
          'variables/variables.index',
          replaced('\x12\x02\x08\x03\x12\x02\x08\x05', '\x12\x02\x08\x05\x12\x02\x08\x03'),
        ),
      ),
    ],
    'absurd sizes': [
      bad(
        'a field of 2^40 bytes',
        /^model\.notSavedModel/,
        saved('unusual', 'saved_model.pb', bytes =>
          Buffer.concat([bytes, Buffer.from([0x12, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20])]),
        ),
      ),
      bad(
        'an index that speaks of 2^31 files',
        /^model\.(notSavedModel|externalMissing)/,
        saved(
          'unusual',
          'variables/variables.index',
          replaced('\x08\x01\x1a\x02\x08\x01', '\x08\xff\xff\xff\xff\x07'),
        ),
      ),
    ],
    'path elsewhere': 'it names no other file: where its variables lie is fixed',
    bomb: [
      bad(
        'one number that stands for 6 GB',
        /^model\.notSavedModel/,
        changed('damaged/constant.pb', same, 'saved_model.pb'),
      ),
    ],
    '10 GB claimed': [
      bad(
        'a graph of zeros',
        /^model\.notSavedModel/,
        tenGigabytes(saved('unusual', 'saved_model.pb', same)),
      ),
    ],
  },
  predictions: predictionFiles,
};
