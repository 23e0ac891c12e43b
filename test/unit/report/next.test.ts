import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { architectureBeside } from '../../../src/models/architecture.js';
import type { ImagePreprocessing, TextPreprocessing } from '../../../src/protocol/preprocessing.js';
import { type NextFacts, nextStep } from '../../../src/report/next/index.js';
import { pythonWith } from '../../support/python.js';
import { root } from '../../support/referenceData.js';
import { put, scratch } from '../../support/scratch.js';

const plan: ImagePreprocessing = {
  kind: 'image',
  ...{ channels: 3, height: 32, width: 32, resample: 'bicubic', layout: 'NCHW' },
  resize: { mode: 'shortestEdge', size: 36 },
  crop: { height: 32, width: 32, rounding: 'halfEven' },
  ...{ rescale: 1 / 255, mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.2], channelOrder: 'RGB' },
};
const texts: TextPreprocessing = {
  kind: 'text',
  ...{ tokenizer: 'tokenizer.json', tokenizerHash: '', maxLength: 64, padToMax: false },
  ...{ padId: 0, padTypeId: 0, paddingSide: 'right', truncationSide: 'right' },
  ...{ tensors: ['mask', 'types'], type: 'int64' },
};

const intents = ['fineTune', 'retrainHead'] as const;

function facts(more: Partial<NextFacts['model']>, data: Partial<NextFacts['dataset']> = {}) {
  return (intent: NextFacts['intent']): NextFacts => ({
    intent,
    model: {
      ...{ path: '/models/a "b"\\c.onnx', name: 'a', format: 'onnx', plan, architecture: null },
      ...{ features: 'features', dimension: 8 },
      ...more,
    },
    dataset: {
      ...{ path: '/data/digits', name: 'digits', layout: 'imageFolder', targets: null },
      classes: ['0', '1', '2'],
      ...data,
    },
  });
}

const architecture = (library: 'timm' | 'transformers', folder = '/models/x') => ({
  architecture: { library, name: 'A', folder },
});

/** Every kind of script that there is, by what it is called here. */
const kinds: [name: string, of: (intent: NextFacts['intent']) => NextFacts, modules: string[]][] = [
  ['timm', facts(architecture('timm')), ['timm', 'torchvision']],
  ['transformers, images', facts(architecture('transformers')), ['transformers', 'torchvision']],
  [
    'transformers, texts',
    facts({ ...architecture('transformers'), plan: texts }),
    ['transformers', 'torch'],
  ],
  ['onnx', facts({}), ['onnx', 'onnxruntime', 'torchvision']],
  ['onnx, rows last', facts({ plan: { ...plan, layout: 'NHWC', channelOrder: 'BGR' } }), []],
  ['onnx, grey', facts({ plan: { ...plan, channels: 1, mean: null, std: null, rescale: 1 } }), []],
  ['onnx, a table', facts({}, { layout: 'table', classes: [], targets: ['age', 'size'] }), []],
];

const script = (given: NextFacts): string => nextStep('a', given)?.script ?? '';

describe('the script for the first of a ranking', () => {
  it('is Python that compiles, for every framework and intent (needs Python)', function () {
    const command = pythonWith('py_compile');
    if (!command) return this.skip();
    const folder = scratch('scripts');
    for (const [name, of] of kinds)
      for (const intent of intents) {
        const file = put(join(folder, `${name} ${intent}.py`), script(of(intent)));
        execFileSync(command, ['-m', 'py_compile', file]);
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
    assert.match(script(kinds[3][1]('retrainHead')), /onnxruntime\.InferenceSession/);
    assert.match(script(kinds[3][1]('fineTune')), /from onnx2torch import convert/);
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
    const found = { library: 'transformers', name: 'ViTForImageClassification', folder };
    assert.deepEqual(await architectureBeside(model), found);
    put(join(folder, 'config.json'), '{"architecture": "resnet18"}');
    assert.deepEqual(await architectureBeside(model), {
      library: 'timm',
      name: 'resnet18',
      folder,
    });
    put(join(folder, 'config.json'), '[');
    assert.equal(await architectureBeside(model), null);
  });
});

/**
 * Trains small models for an epoch or more with what is generated, nothing in it changed but the places to fill in and the number of
 * epochs. Models are made by test/support/nextModels.py. Of ONNX models all of whose weights are trained there is a second condition,
 * onnx2torch: without it that script is only compiled.
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

    it(`transformers, texts, ${intent} (needs Python with transformers)`, function () {
      const command = pythonWith('torch', 'transformers');
      if (!command) return this.skip();
      const folder = modelOf(command, 'bert');
      const of = facts(
        { ...architecture('transformers', folder), plan: texts },
        { layout: 'table' },
      );
      check(command, of(intent), join('fine_tuned', 'model.safetensors'));
    });
  }

  it('onnx, retrainHead, of any and of a fixed batch (needs Python with onnxruntime)', function () {
    const command = pythonWith('torch', 'torchvision', 'onnx', 'onnxruntime');
    if (!command) return this.skip();
    for (const batch of [[], ['4']]) {
      const path = join(modelOf(command, 'onnx', ...batch), 'model.onnx');
      const { said } = run(command, script(facts({ path }, { path: images() })('retrainHead')));
      const accuracies = [...said.matchAll(/fifth ([01]\.\d+)/g)].map(([, a]) => Number(a));
      assert.equal(accuracies.length, 200);
      // Three digits, and features of some random kernels: a linear head on them learns something.
      assert.ok(Math.max(...accuracies) > 0.4, `${accuracies}`);
    }
  });

  it('onnx, fineTune (needs Python with onnx2torch)', function () {
    const command = pythonWith('torch', 'torchvision', 'onnx', 'onnx2torch');
    if (!command) return this.skip();
    const path = join(modelOf(command, 'onnx'), 'model.onnx');
    check(command, facts({ path }, { path: images() })('fineTune'), 'fine_tuned.pt');
  });
}).timeout(300_000);
