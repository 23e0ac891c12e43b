import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openNames } from './npz.js';
import { constant, node, normals, onnxModel, weights } from './onnxWriter.js';
import { root } from './referenceData.js';
import { put } from './scratch.js';

/** A dataset of the workspace, and a model in `models` for it. */
export interface Case {
  data: string;
  model: string;
  /** What the editor asks of it, one question after the other, and the option that answers on the command line. */
  asked?: { answers: string[]; option: string[] };
  /** The editor that a click on what fits worst opens: a part of its title, and what the status bar says of what it shows. */
  opens?: { title: string; status: string };
}

const image = 'float32.onnx';

/** Datasets of each layout, by its id: whoever adds a layout adds one here. */
export const layoutCases: Record<string, Case[]> = {
  cifar: [
    { data: 'arrays/cifar10', model: image },
    {
      data: 'arrays/cifar100',
      model: image,
      asked: { answers: ['20 classes'], option: ['--columns', 'label=coarse'] },
    },
  ],
  predictions: [{ data: 'models/tiny.npz', model: 'tiny.npz' }],
  numpy: [
    {
      ...{ data: 'arrays/nchw-float.npz', model: image },
      opens: { title: 'nchw-float.npz#', status: '5x6' },
    },
    { data: 'arrays/rows.npz', model: 'rows.onnx' },
    {
      data: 'open.npz',
      model: image,
      asked: {
        answers: ['target_ids', 'images_a'],
        option: ['--columns', 'label=target_ids,image=images_a'],
      },
    },
  ],
  idx: [
    { data: 'arrays/idx/train-images-idx3-ubyte', model: image },
    { data: 'arrays/emnist/emnist-letters-train-images-idx3-ubyte.gz', model: image },
  ],
  hdf5: [{ data: 'arrays/groups.h5', model: image }],
  parquet: [
    { data: 'tables/hub-images', model: image },
    { data: 'tables/parquet/texts-gzip.parquet', model: 'words' },
    { data: 'tables/parquet/pairs-zstd.parquet', model: 'words' },
  ],
  webDataset: [{ data: 'tables/webdataset/cls', model: image }],
  table: [
    { data: 'tables/imagefolder', model: image },
    { data: 'tables/tables/pandas.jsonl', model: 'words' },
    {
      ...{ data: 'tables/tables/pandas.tsv', model: 'words' },
      opens: { title: 'pandas.tsv', status: 'selected)' },
    },
    { data: 'measured.csv', model: 'rows.onnx' },
    {
      data: 'two-labels.csv',
      model: 'words',
      asked: { answers: ['coarse_label'], option: ['--columns', 'label=coarse_label'] },
    },
  ],
  imageFolder: [
    { data: 'digits', model: image },
    {
      data: 'folders',
      model: image,
      asked: { answers: ['one class for each folder'], option: ['--classes'] },
    },
  ],
};

/** What lies in the workspace, from where in test/. */
const copied: Record<string, string> = {
  arrays: 'fixtures/arrayDatasets',
  tables: 'fixtures/tables',
  'models/float32.onnx': 'fixtures/models/float32.onnx',
  'models/tiny.npz': 'golden/tiny.npz',
  'models/words/tokenizer.json': 'golden/tokenizers/word-level/tokenizer.json',
  'formats/float16.onnx': 'fixtures/models/float16.onnx',
  'formats/int8-qdq.onnx': 'fixtures/models/int8-qdq.onnx',
  'formats/external.onnx': 'fixtures/models/external.onnx',
  'formats/external.weights': 'fixtures/models/external.weights',
  'formats/small.ort': 'fixtures/models/ort/small.ort',
  'formats/layers': 'fixtures/models/tfjs/layers',
  'formats/graph-quantised': 'fixtures/models/tfjs/graph-quantised',
  'formats/convolutional': 'fixtures/models/savedModel/convolutional',
  'weights/resnet18.pth': 'fixtures/checkpoints/resnet18-zip.pth',
  'weights/network.keras': 'fixtures/keras/tiny.keras',
};

/** A classifier of rows of four numbers. */
const rowsModel = () =>
  onnxModel({
    inputs: [{ name: 'rows', type: 'float32', dims: ['n', 4] }],
    outputs: [{ name: 'logits', type: 'float32', dims: ['n', 3] }],
    initializers: [weights('w', [4, 3], normals(1))],
    nodes: [node('MatMul', ['rows', 'w'], 'logits')],
  });

/** A classifier of texts: the sum of its words' vectors, of which padding has none, and a linear head. */
function wordsModel(): Uint8Array {
  const words = weights('words', [128, 8], normals(2));
  (words.data as Float32Array).fill(0, 0, 8);
  return onnxModel({
    inputs: [{ name: 'input_ids', type: 'int64', dims: ['n', 'tokens'] }],
    outputs: [{ name: 'logits', type: 'float32', dims: ['n', 3] }],
    initializers: [words, weights('w', [8, 3], normals(3)), constant('axis', [1], [1], 'int64')],
    nodes: [
      node('Gather', ['words', 'input_ids'], 'vectors'),
      node('ReduceSum', ['vectors', 'axis'], 'sum', { keepdims: 0 }),
      node('MatMul', ['sum', 'w'], 'logits'),
    ],
  });
}

/** A folder with a dataset of every layout and a model of every format; `formats` has those that run, `weights` the others. */
export function workspaceOfAll(): string {
  const workspace = join(root, 'out/e2e/kinds');
  rmSync(workspace, { recursive: true, force: true });
  for (const [to, from] of Object.entries(copied))
    cpSync(join(root, 'test', from), join(workspace, to), { recursive: true });
  put(join(workspace, 'open.npz'), openNames());
  put(join(workspace, 'models/rows.onnx'), rowsModel());
  put(join(workspace, 'models/words/model.onnx'), wordsModel());
  const numbers = Array.from({ length: 40 }, (_, k) => [k % 7, k % 5, k % 3, k, 'abc'[k % 3]]);
  put(join(workspace, 'measured.csv'), `a,b,c,d,label\n${numbers.join('\n')}\n`);
  const texts = Array.from({ length: 40 }, (_, k) =>
    [k % 3 ? 'the' : 'The 3 , 14', 'xyz'[k % 3], k % 2 ? 'odd' : 'even'].join('\t'),
  );
  put(
    join(workspace, 'two-labels.csv'),
    `text\tfine_label\tcoarse_label\n${texts.join('\n')}\n`
      .replaceAll(/[^\t\n]+/g, '"$&"')
      .replaceAll('\t', ','),
  );
  const samples = join(root, 'samples/datasets/optdigits');
  for (const digit of ['0', '1', '2', '3'])
    for (const file of readdirSync(join(samples, digit)).slice(0, 12))
      for (const folder of [`digits/${digit}`, `folders/${+digit % 2 ? 'odd' : 'even'}/${digit}`])
        cpSync(join(samples, digit, file), join(workspace, folder, file));
  return workspace;
}
