import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { openDataset } from '../../../src/datasets/open.js';
import { noOptions } from '../../../src/protocol/datasetOptions.js';
import type { NextFacts } from '../../../src/report/next/index.js';
import { nodeSamples } from '../../../src/report/next/nodeSamples.js';
import { layersInParts } from '../../support/layersInParts.js';
import {
  architecture,
  facts,
  intents,
  plan,
  rowsOfNumbers,
  script,
  texts,
} from '../../support/nextFacts.js';
import { node, normals, onnxModel, weights } from '../../support/onnxWriter.js';
import { pythonWith } from '../../support/python.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

const rowsLast = { ...plan, layout: 'NHWC' } as const;
const small: typeof plan = { ...rowsLast, crop: { height: 16, width: 16, rounding: 'halfEven' } };

/**
 * Trains small models for an epoch or more with what is generated, nothing in it changed but the number of epochs. Models and data are
 * made by test/support/nextModels.py and nextData.py.
 */
describe('the script for the first of a ranking, run', () => {
  const made = new Map<string, string>();
  const modelOf = (command: string, kind: string, ...more: string[]): string => {
    const key = [kind, ...more].join(' ');
    let folder = made.get(key);
    if (!folder) {
      folder = scratch(`next ${key}`);
      const maker = join(root, 'test', 'support', 'nextModels.py');
      execFileSync(command, [maker, kind, folder, ...more], { stdio: 'pipe' });
      made.set(key, folder);
    }
    return folder;
  };
  /** Twenty images each of three digits, of those that come with the project. */
  const images = (): string => {
    const folder = scratch('digits');
    for (const digit of ['0', '1', '2']) {
      const from = join(root, 'samples', 'datasets', 'optdigits', digit);
      mkdirSync(join(folder, digit), { recursive: true });
      for (const file of readdirSync(from).slice(0, 20))
        cpSync(join(from, file), join(folder, digit, file));
    }
    return folder;
  };
  let prepared: { folder: string; digits: string } | undefined;
  /** What a script is told of one of the datasets that nextData.py makes of the images; other than images in folders. */
  const data = async (
    command: string,
    ...path: string[]
  ): Promise<Partial<NextFacts['dataset']>> => {
    if (!prepared) {
      prepared = { folder: scratch('next data'), digits: images() };
      const maker = join(root, 'test', 'support', 'nextData.py');
      execFileSync(command, [maker, prepared.digits, prepared.folder], { stdio: 'pipe' });
    }
    const of = path[0] === 'digits.csv' ? prepared.digits : prepared.folder;
    const dataset = await openDataset(join(of, ...path), noOptions);
    await dataset.close?.();
    const { layout, classes, reading = null } = dataset;
    return { path: dataset.path, layout, classes, reading };
  };
  /** A network of three numbers, whose last layer but one is `hidden`. */
  const networkOfRows = (): string =>
    put(
      join(scratch('rows'), 'rows.onnx'),
      onnxModel({
        inputs: [{ name: 'rows', type: 'float32', dims: ['n', 3] }],
        outputs: [{ name: 'logits', type: 'float32', dims: ['n', 2] }],
        initializers: [weights('w', [3, 16], normals(1)), weights('v', [16, 2], normals(2))],
        nodes: [
          node('MatMul', ['rows', 'w'], 'sums'),
          node('Relu', ['sums'], 'hidden'),
          node('MatMul', ['hidden', 'v'], 'logits'),
        ],
      }),
    );
  const run = (command: string, text: string): { said: string; folder: string } => {
    const folder = scratch('run');
    const file = put(
      join(folder, 'next.py'),
      text.replace('EPOCHS, BATCH = 5', 'EPOCHS, BATCH = 2'),
    );
    const said = execFileSync(command, [file], { cwd: folder, encoding: 'utf8', stdio: 'pipe' });
    return { said, folder };
  };
  const check = (command: string, given: NextFacts, saved: string): void => {
    const { said, folder } = run(command, script(given));
    assert.match(said, /epoch 2: loss \d+\.\d+, accuracy on the held-out fifth [01]\.\d+/);
    assert.ok(existsSync(join(folder, saved)), readdirSync(folder).join());
  };

  const checkKeras = (command: string, given: NextFacts, saved: string): void => {
    const { said, folder } = run(command, script(given));
    assert.match(said, /Epoch 2\/2\n.* accuracy: \d\S* .*val_accuracy: \d/);
    assert.ok(existsSync(join(folder, saved)), readdirSync(folder).join());
  };

  for (const intent of intents) {
    it(`timm, ${intent} (needs Python with timm)`, function () {
      const command = pythonWith('torch', 'torchvision', 'timm', 'safetensors');
      if (!command) return this.skip();
      const folder = modelOf(command, 'timm');
      const of = facts(architecture('timm', folder), { path: images() });
      check(command, of(intent), 'fine_tuned.pt');
    });

    it(`transformers, images, ${intent} (needs Python with transformers)`, function () {
      const command = pythonWith('torch', 'torchvision', 'transformers');
      if (!command) return this.skip();
      const folder = modelOf(command, 'vit');
      const of = facts(architecture('transformers', folder), { path: images() });
      check(command, of(intent), join('fine_tuned', 'model.safetensors'));
    });

    for (const file of ['texts.jsonl', 'pairs.csv', 'texts'])
      it(`transformers, ${file}, ${intent} (needs Python with transformers and pyarrow)`, async function () {
        const command = pythonWith('torch', 'transformers', 'pyarrow', 'h5py');
        if (!command) return this.skip();
        const folder = modelOf(command, 'bert');
        const given = { ...architecture('transformers', folder), plan: texts };
        const of = facts(given, await data(command, file));
        check(command, of(intent), join('fine_tuned', 'model.safetensors'));
      });
  }

  // What else images lie in is read in nextData.test.ts: here is one that is given by paths, one by bytes, one by rows of an array.
  for (const path of [['digits.csv'], ['hub'], ['grey.npz']])
    it(`timm and Keras, ${path} (needs Python with timm, Keras and pyarrow)`, async function () {
      const command = pythonWith(
        'torch',
        'torchvision',
        'timm',
        'keras',
        'tensorflow',
        'pyarrow',
        'h5py',
      );
      if (!command) return this.skip();
      const given = await data(command, ...path);
      const timm = facts(architecture('timm', modelOf(command, 'timm')), given);
      check(command, timm('retrainHead'), 'fine_tuned.pt');
      const from = join(modelOf(command, 'keras'), 'small.keras');
      const keras = facts({ ...architecture('keras', from), plan: rowsLast }, given);
      checkKeras(command, keras('fineTune'), 'fine_tuned.keras');
    });

  it('onnx, retrainHead, of any batch, of a fixed one, and of an old model (needs Python with onnxruntime)', function () {
    const command = pythonWith('torch', 'torchvision', 'onnx', 'onnxruntime');
    if (!command) return this.skip();
    for (const batch of [[], ['4'], ['1', 'old']]) {
      const path = join(modelOf(command, 'onnx', ...batch), 'model.onnx');
      const { said } = run(command, script(facts({ path }, { path: images() })('retrainHead')));
      const accuracies = [...said.matchAll(/fifth ([01]\.\d+)/g)].map(([, a]) => Number(a));
      assert.equal(accuracies.length, 200);
      // Three digits, and features of some random kernels: a linear head on them learns something.
      assert.ok(Math.max(...accuracies) > 0.4, `${accuracies}`);
    }
  });

  it('onnx, fineTune, also of an old model of a fixed batch (needs Python with PyTorch)', function () {
    const command = pythonWith('torch', 'torchvision', 'onnx');
    if (!command) return this.skip();
    for (const batch of [[], ['1', 'old']]) {
      const path = join(modelOf(command, 'onnx', ...batch), 'model.onnx');
      check(command, facts({ path }, { path: images() })('fineTune'), 'fine_tuned.pt');
    }
  });

  it('onnx, rows of numbers, fineTune (needs Python with PyTorch)', async function () {
    const command = pythonWith('torch', 'onnx', 'pyarrow', 'h5py');
    if (!command) return this.skip();
    const given = { path: networkOfRows(), plan: rowsOfNumbers, features: 'hidden', dimension: 16 };
    for (const file of ['numbers.csv', 'flags.npz'])
      check(command, facts(given, await data(command, file))('fineTune'), 'fine_tuned.pt');
  });

  it("onnx and ONNX Runtime's format, a new head on rows of numbers and on images (needs Python with onnxruntime)", async function () {
    const command = pythonWith('torch', 'torchvision', 'onnx', 'onnxruntime', 'pyarrow', 'h5py');
    if (!command) return this.skip();
    const rows = { path: networkOfRows(), plan: rowsOfNumbers, features: 'hidden', dimension: 16 };
    const path = join(root, 'test', 'fixtures', 'models', 'ort', 'small.ort');
    const images8 = { ...plan, crop: { height: 8, width: 8, rounding: 'halfEven' as const } };
    const ort = { path, format: 'ort', plan: images8, dimension: 6 };
    for (const of of [
      facts(rows, await data(command, 'numbers.csv')),
      facts(ort, { path: images() }),
    ]) {
      const { said, folder } = run(command, script(of('retrainHead')));
      assert.equal([...said.matchAll(/accuracy on the held-out fifth [01]\./g)].length, 200);
      assert.ok(existsSync(join(folder, 'head.pt')));
    }
  });

  // Between them: grouped and dilated kernels, squeeze-and-excitation, channel shuffles, attention, layers that normalise.
  for (const [network, features, dimension] of [
    ['mobilenet_v3_small', '/classifier/classifier.1/HardSwish_output_0', 1024],
    ['shufflenet_v2_x0_5', '/ReduceMean_output_0', 1024],
    ['transformer', '/Gather_4_output_0', 64],
  ] as const)
    it(`onnx, fineTune: PyTorch computes the features of ${network} as ONNX Runtime does (needs Python with onnxruntime)`, function () {
      const command = pythonWith('torch', 'torchvision', 'onnx', 'onnxruntime');
      if (!command) return this.skip();
      const path = join(modelOf(command, 'exported', network), 'model.onnx');
      const given = facts({ path, features, dimension }, { path: images() })('fineTune');
      const { said } = run(
        command,
        `${script(given).replace('EPOCHS, BATCH = 5', 'EPOCHS, BATCH = 0')}
import onnxruntime

session = onnxruntime.InferenceSession(whole.SerializeToString())
images = torch.randn(3, 3, 32, 32)
[expected] = session.run([FEATURES], {GIVEN: images.numpy()})
with torch.inference_mode():
    found = body(images).numpy()
print(found.shape, abs(found - expected.reshape(found.shape)).max() / abs(expected).max())
`,
      );
      const [, shape, error] = /^(\(.*\)) (\S+)$/m.exec(said) ?? [];
      assert.equal(shape, `(3, ${dimension})`);
      assert.ok(Number(error) < 1e-5, error);
    });

  for (const intent of intents) {
    // A head that is a linear layer, and one that is a convolution.
    for (const network of ['shufflenet_v2_x0_5', 'squeezenet1_1'])
      it(`torchvision, ${network}, ${intent} (needs Python with torchvision)`, function () {
        const command = pythonWith('torch', 'torchvision');
        if (!command) return this.skip();
        const file = join(modelOf(command, 'torchvision', network), `${network}.pth`);
        const of = facts(architecture('torchvision', file, network), { path: images() });
        check(command, of(intent), 'fine_tuned.pt');
      });

    for (const file of ['small.keras', 'small.h5'])
      it(`keras, ${file}, ${intent} (needs Python with Keras)`, function () {
        const command = pythonWith('keras', 'tensorflow');
        if (!command) return this.skip();
        const from = join(modelOf(command, 'keras'), file);
        const of = facts({ ...architecture('keras', from), plan: rowsLast }, { path: images() });
        checkKeras(command, of(intent), 'fine_tuned.keras');
      });

    it(`savedModel, ${intent} (needs Python with TensorFlow)`, function () {
      const command = pythonWith('keras', 'tensorflow');
      if (!command) return this.skip();
      const path = join(modelOf(command, 'keras'), 'small', 'saved_model.pb');
      const of = facts({ format: 'savedModel', path, plan: rowsLast }, { path: images() });
      checkKeras(command, of(intent), join('fine_tuned', 'saved_model.pb'));
    });
  }

  /** TensorFlow.js whole: as it is installed with tfjs-node where that is there, else of the parts that the project has. */
  const tensorflowJs = (): string => {
    const installed = process.env.TRANSFERLENS_TEST_TFJS_NODE;
    const own = join(root, 'node_modules');
    if (installed) return [join(installed, 'node_modules'), own].join(delimiter);
    const modules = join(scratch('modules'), 'node_modules');
    const parts = ['core', 'layers', 'converter'].map(
      part => `...require('@tensorflow/tfjs-${part}')`,
    );
    put(
      join(modules, '@tensorflow', 'tfjs', 'index.js'),
      `require('@tensorflow/tfjs-backend-cpu');\nmodule.exports = { ${parts.join(', ')} };\n`,
    );
    return [modules, own].join(delimiter);
  };

  for (const [name, delimiter] of [
    ['digits.csv', ','],
    ['digits.tsv', '\t'],
    ['digits.jsonl', null],
  ] as const)
    it(`tfjs, images that ${name} names`, async () => {
      const folder = images();
      const rows = ['0', '1', '2'].flatMap(digit =>
        readdirSync(join(folder, digit)).map((file, k) => ({
          ...{ file: `${digit}/${file}`, label: digit === '1' ? 'one, "1"' : digit },
          split: k % 4 === 3 ? 'test' : 'Train',
        })),
      );
      const cell = (text: string) =>
        /[",\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
      const lines =
        delimiter === null
          ? rows.map(row => JSON.stringify(row))
          : [['file', 'label', 'split'], ...rows.map(row => Object.values(row).map(cell))].map(
              cells => cells.join(delimiter),
            );
      const dataset = await openDataset(put(join(folder, name), `\uFEFF${lines.join('\r\n')}\r\n`));
      await dataset.close?.();
      const { path, layout, classes, reading = null } = dataset;
      const expected: [string, number][] = [];
      for (let i = 0; i < dataset.size; i++)
        if (dataset.splits?.[i] === 'train')
          expected.push([dataset.sampleFile(i), dataset.labels[i]]);
      assert.equal(expected.length, 45);
      const given = facts({ format: 'tfjs' }, { path, layout, classes, reading })('retrainHead');
      const code = `const { readFileSync } = require("node:fs");
const { join } = require("node:path");
${nodeSamples(given)}
console.log(JSON.stringify(samples.map(({ file, label }) => [file, label])));
`;
      const script = put(join(scratch('run'), 'samples.cjs'), code);
      const said = execFileSync(process.execPath, [script], { encoding: 'utf8' });
      assert.deepEqual(JSON.parse(said), expected);
    });

  for (const intent of intents)
    for (const [kind, features] of [
      ['layers', 'gap'],
      // Of a map of positions, as of a convolution, the mean is taken.
      ['layers', 'dw'],
      ['parts', 'gap/gap_1'],
      ['graph', 'pool'],
      ['graph', 'd'],
    ] as const)
      it(`tfjs, a model of ${kind} up to ${features}, ${intent}`, () => {
        const fixtures = join(root, 'test', 'fixtures', 'models', 'tfjs');
        const path = kind === 'parts' ? layersInParts() : join(fixtures, kind, 'model.json');
        const of = facts({ format: 'tfjs', path, plan: small, features }, { path: images() });
        const folder = scratch('run');
        const file = put(join(folder, 'next.cjs'), script(of(intent)));
        const options = { cwd: folder, encoding: 'utf8', stdio: 'pipe' } as const;
        const env = { ...process.env, NODE_PATH: tensorflowJs() };
        const said = execFileSync(process.execPath, [file], { ...options, env });
        const losses = [
          ...said.matchAll(/: loss (\d+\.\d+), accuracy on the held-out fifth [01]\./g),
        ];
        const whole = intent === 'fineTune' && kind !== 'graph';
        assert.equal(losses.length, whole ? 5 : 50, said);
        if (!whole) assert.ok(Number(losses.at(-1)?.[1]) < Number(losses[0][1]), said);
        const saved = whole ? 'fine_tuned' : 'head';
        for (const ending of ['json', 'bin'])
          assert.ok(existsSync(join(folder, `${saved}.${ending}`)));
      });
}).timeout(300_000);
