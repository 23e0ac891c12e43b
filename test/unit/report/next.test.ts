import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Script } from 'node:vm';
import { architectureBeside } from '../../../src/models/architecture.js';
import type { ImagePreprocessing } from '../../../src/protocol/preprocessing.js';
import { type NextFacts, nextStep } from '../../../src/report/next/index.js';
import { preparedOf } from '../../../src/report/next/tensorflow.js';
import { transformOf } from '../../../src/report/next/torch.js';
import {
  architecture,
  facts,
  intents,
  plan,
  rowsOfNumbers,
  script,
  texts,
} from '../../support/nextFacts.js';
import { pythonWith } from '../../support/python.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

/** Every kind of script that there is, by what it is called here. */
const grey = { ...plan, channels: 1, mean: null, std: null, rescale: 1 } as const;
const blueFirst = { ...plan, layout: 'NHWC', channelOrder: 'BGR' } as const;
const numbers = { layout: 'table', classes: [], targets: ['age', 'size'] };
/** A table of three numbers, with a label or two numbers for one. */
const table = (label: string | null = 'label'): Partial<NextFacts['dataset']> => ({
  layout: 'table',
  reading: {
    ...{ kind: 'table', format: { delimiter: ',' }, sample: null, pair: null, split: null },
    files: [{ path: '/data/a.csv', folder: '/data', split: null }],
    features: ['a', 'b', 'c'],
    ...{ label, targets: label === null ? ['age', 'size'] : [], numbered: false },
  },
});
/** A table of paths of images. */
const paths = (delimiter: string): Partial<NextFacts['dataset']> => ({
  layout: 'table',
  reading: {
    ...{ kind: 'table', format: { delimiter }, sample: 'file', pair: null, split: null },
    files: [{ path: '/data/a.csv', folder: '/data', split: null }],
    ...{ features: [], label: 'label', targets: [], numbered: false },
  },
});
const archive: Partial<NextFacts['dataset']> = {
  layout: 'webDataset',
  reading: {
    ...{ kind: 'table', format: 'webDataset', sample: 'txt', pair: null, split: null },
    files: [{ path: '/data/a.tar', folder: '/data', split: null }],
    ...{ features: [], label: 'cls', targets: [], numbered: false },
  },
};
const kinds: [name: string, of: (intent: NextFacts['intent']) => NextFacts][] = [
  ['timm', facts(architecture('timm'))],
  ['transformers, images', facts(architecture('transformers'))],
  ['transformers, texts', facts({ ...architecture('transformers'), plan: texts })],
  ['torchvision', facts(architecture('torchvision'))],
  ['torchvision, safetensors', facts(architecture('torchvision', '/models/x.safetensors'))],
  ['keras', facts(architecture('keras'))],
  ['keras, a table', facts({ ...architecture('keras'), plan: grey }, numbers)],
  ['savedModel', facts({ format: 'savedModel' })],
  ['savedModel, rows last', facts({ format: 'savedModel', plan: blueFirst })],
  ['onnx', facts({})],
  ['onnx, rows last', facts({ plan: blueFirst })],
  ['onnx, grey', facts({ plan: grey })],
  ['onnx, a table', facts({}, numbers)],
  ['onnx, rows of numbers', facts({ plan: rowsOfNumbers }, table())],
  ['onnx, numbers for labels', facts({ plan: rowsOfNumbers }, { ...numbers, ...table(null) })],
  ['ort', facts({ format: 'ort' })],
  ['ort, rows of numbers', facts({ format: 'ort', plan: rowsOfNumbers }, table())],
  [
    'transformers, texts of an archive',
    facts({ ...architecture('transformers'), plan: texts }, archive),
  ],
];

describe('the script for the first of a ranking', () => {
  it('is Python that compiles, for every framework and intent (needs Python)', function () {
    const command = pythonWith('py_compile');
    if (!command) return this.skip();
    const folder = scratch('scripts');
    const files = kinds.flatMap(([name, of]) =>
      intents.map(intent => put(join(folder, `${name} ${intent}.py`), script(of(intent)))),
    );
    execFileSync(command, ['-m', 'py_compile', ...files]);
  });

  it('is JavaScript that compiles', () => {
    for (const [name, of] of [
      ['tfjs', facts({ format: 'tfjs' })],
      ['tfjs, a table', facts({ format: 'tfjs', plan: grey }, numbers)],
      ['tfjs, rows last', facts({ format: 'tfjs', plan: blueFirst })],
      ...[',', '|', '\t'].map(
        delimiter => [`tfjs, ${delimiter}`, facts({ format: 'tfjs' }, paths(delimiter))] as const,
      ),
    ] as const)
      for (const intent of intents) {
        assert.equal(nextStep('a', of(intent))?.language, 'javascript');
        assert.doesNotThrow(() => new Script(script(of(intent))), name);
      }
  });

  it('prepares images for Keras as torchvision does (needs Python with torchvision)', function () {
    const command = pythonWith('torch', 'torchvision', 'numpy');
    if (!command) return this.skip();
    const plans: ImagePreprocessing[] = [
      plan,
      { ...blueFirst, resample: 'lanczos', crop: { height: 21, width: 33, rounding: 'halfEven' } },
      { ...grey, resize: { mode: 'exact', height: 30, width: 40 }, crop: null },
    ];
    for (const [k, one] of plans.entries()) {
      const axes = one.layout === 'NHWC' ? '.permute(1, 2, 0)' : '';
      const mode = one.channels === 1 ? 'L' : 'RGB';
      const code = `import numpy as np
import torch
from PIL import Image
from torchvision.transforms import InterpolationMode, v2

${transformOf(one)}
${preparedOf(one)}
for size in ((61, 47), (36, 36), (20, 90)):
    pixels = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)
    image = Image.fromarray(pixels)
    expected = transform(image.convert("${mode}"))${axes}.numpy()
    found = prepared(image)
    assert found.shape == expected.shape, (found.shape, expected.shape)
    assert abs(found - expected).max() < 1e-6, abs(found - expected).max()
`;
      execFileSync(command, [put(join(scratch('prepared'), `${k}.py`), code)], { stdio: 'pipe' });
    }
  });

  it('prepares images as they were scored', () => {
    const text = script(facts({})('fineTune'));
    assert.match(
      text,
      /Resize\(36, InterpolationMode\.BICUBIC\),\s+v2\.CenterCrop\(\(32, 32\)\),\s+v2\.ToImage\(\),\s+v2\.ToDtype\(torch\.float32, scale=True\),\s+v2\.Normalize\(\[0\.5, 0\.4, 0\.3\], \[0\.2, 0\.2, 0\.2\]\)/,
    );
    const raw = { ...plan, resize: { mode: 'exact', height: 30, width: 40 } as const, crop: null };
    const other = script(
      facts({ plan: { ...raw, rescale: 1 / 127.5, channelOrder: 'BGR' } })('fineTune'),
    );
    assert.match(other, /Resize\(\(30, 40\), /);
    assert.doesNotMatch(other, /CenterCrop/);
    assert.match(other, /lambda x: x \* 0\.00784\d+\),\s+v2\.Lambda\(lambda x: x\[\[2, 1, 0\]\]\)/);
  });

  it('trains all of a model or a head alone, as is intended', () => {
    assert.match(script(kinds[0][1]('retrainHead')), /trained = model\.get_classifier\(\)/);
    assert.match(script(kinds[0][1]('fineTune')), /trained = model\n/);
    assert.match(script(facts({})('retrainHead')), /onnxruntime\.InferenceSession/);
    assert.match(script(facts({})('fineTune')), /class Body\(nn\.Module\)/);
  });

  it('reads rows of numbers and texts of archives, with no place to fill in', () => {
    for (const [name, of] of kinds.filter(([name]) =>
      /rows of numbers|for labels|archive/.test(name),
    ))
      for (const intent of intents) {
        const text = script(of(intent));
        assert.doesNotMatch(text, /To fill in|Image|torchvision/, name);
        assert.match(text, /\nsamples = \[\n/, name);
      }
  });

  it('trains a head alone on a model whose weights cannot be trained, and says so', () => {
    const next = nextStep('a', facts({ format: 'ort' })('fineTune'));
    assert.equal(next?.intent, 'retrainHead');
    assert.match(next?.script ?? '', /^# Trains a new head on a,/);
    assert.match(next?.script ?? '', /InferenceSession\(MODEL\)/);
    assert.doesNotMatch(next?.script ?? '', /import onnx\n/);
  });

  it('quotes paths, and says nothing of its own in what it takes from names', () => {
    const text = script(facts({ name: 'a\nimport os' }, { classes: ['x\ny', '"""'] })('fineTune'));
    assert.ok(text.includes(String.raw`MODEL = "/models/a \"b\"\\c.onnx"`));
    assert.ok(text.split('\n').every(line => line !== 'import os' && !line.startsWith('y')));
  });

  it('is not given where none is known', () => {
    const none: [string, NextFacts][] = [
      ['stored predictions', facts({ format: 'predictions' })('fineTune')],
      ['texts without weights', facts({ plan: texts })('fineTune')],
      ['no features', facts({ features: null })('retrainHead')],
    ];
    for (const [name, given] of none) assert.equal(nextStep('a', given), null, name);
  });

  it('knows a network by the config and the weights beside it, also above a folder called onnx', async () => {
    const folder = scratch('beside');
    const model = put(join(folder, 'onnx', 'model.onnx'), '');
    assert.equal(await architectureBeside(model), null);
    put(join(folder, 'config.json'), '{"architectures": ["ViTForImageClassification"]}');
    assert.equal(await architectureBeside(model), null, 'without weights');
    put(join(folder, 'model.safetensors'), '');
    const found = { library: 'transformers', name: 'ViTForImageClassification', from: folder };
    assert.deepEqual(await architectureBeside(model), found);
    put(join(folder, 'config.json'), '{"architecture": "resnet18"}');
    assert.deepEqual(await architectureBeside(model), {
      library: 'timm',
      name: 'resnet18',
      from: folder,
    });
    put(join(folder, 'config.json'), '[');
    assert.equal(await architectureBeside(model), null);
  });

  it("knows a network of torchvision or Keras by a file of the model's name", async () => {
    const folder = scratch('named');
    const file = (name: string) => put(join(folder, name), '');
    const cases: [model: string, beside: string, name: string | null][] = [
      ['resnet18.onnx', 'resnet18-f37072fd.pth', 'resnet18'],
      ['cats_mobilenet_v3_small.onnx', 'cats_mobilenet_v3_small.safetensors', 'mobilenet_v3_small'],
      ['vgg11.onnx', 'vgg16.pth', null],
      ['own.onnx', 'own.pth', null],
    ];
    for (const [model, beside, name] of cases) {
      const from = file(beside);
      const found = name && { library: 'torchvision', name, from };
      assert.deepEqual(await architectureBeside(file(model)), found, model);
    }
    const fixtures = join(root, 'test', 'fixtures', 'keras');
    for (const [model, source, beside] of [
      ['tiny.onnx', 'tiny.keras', 'tiny.keras'],
      ['dogs_saved_model/saved_model.pb', 'legacy.h5', 'dogs.h5'],
      ['fish_tfjs/model.json', 'tiny.keras', 'fish_tfjs/anything.keras'],
      ['weights.onnx', 'tiny.weights.h5', null],
    ] as const) {
      const from = join(folder, beside ?? 'weights.weights.h5');
      file(model);
      cpSync(join(fixtures, source), from);
      const found = beside && { library: 'keras', name: basename(from), from };
      assert.deepEqual(await architectureBeside(join(folder, model)), found, model);
    }
  });
});
