import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { planImages, readModelMetadata, withoutMetadata } from '../../../src/preprocess/index.js';
import { TransferLensError } from '../../../src/protocol/notice.js';
import { put, scratch } from '../../support/scratch.js';

/** Metadata of a model that has these files beside it. */
function beside(files: Record<string, string | object>, model = 'net.v2.onnx') {
  const folder = scratch('metadata');
  for (const [name, content] of Object.entries(files)) put(join(folder, name), content);
  return readModelMetadata(join(folder, model));
}

async function refused(files: Record<string, string | object>, code: string, text: RegExp) {
  await assert.rejects(beside(files), (error: unknown) => {
    assert.ok(error instanceof TransferLensError, String(error));
    assert.equal(error.notice.code, code);
    assert.equal(basename(error.message.split(': ')[0]), Object.keys(files)[0]);
    assert.match(error.message, text);
    return true;
  });
}

describe('readModelMetadata', () => {
  it('is empty where nothing lies beside the model', async () => {
    const { sources, labels, overrides } = await beside({ 'other.transferlens.json': {} });
    assert.deepEqual([sources, labels, overrides], [[], null, {}]);
  });

  it("reads Teachable Machine's metadata.json: centre square, x / 127 - 1, labels", async () => {
    const metadata = await beside(
      {
        'metadata.json': {
          tfjsVersion: '1.7.4',
          tmVersion: '2.4.7',
          packageName: '@teachablemachine/image',
          modelName: 'tm-my-image-model',
          labels: ['left', 'right'],
          imageSize: 96,
        },
      },
      'model.json',
    );
    assert.deepEqual(metadata.labels, { names: ['left', 'right'], from: 'metadata.json' });
    const input = { layout: 'NHWC', channels: 3, height: 96, width: 96 } as const;
    const { plan, report } = planImages(metadata, input);
    assert.deepEqual(plan.resize, { mode: 'shortestEdge', size: 96 });
    assert.deepEqual(plan.crop, { height: 96, width: 96, rounding: 'floor' });
    assert.deepEqual([plan.rescale, plan.mean, plan.std], [1 / 127, [1, 1, 1], [1, 1, 1]]);
    assert.equal(report.rescale.from, 'metadata.json');
  });

  it("reads timm's pretrained_cfg, floor(size / crop_pct), its defaults and names of classes", async () => {
    const pretrained_cfg = { input_size: [3, 32, 32], crop_pct: 0.95, mean: [0.5, 0.5, 0.5] };
    const timm = { architecture: 'resnet18', label_names: ['n1', 'n2'], pretrained_cfg };
    const metadata = await beside({ 'config.json': timm });
    assert.deepEqual(metadata.labels, { names: ['n1', 'n2'], from: 'config.json' });
    const input = { layout: 'NCHW', channels: 3, height: 32, width: 32 } as const;
    const { plan, report, notices } = planImages(metadata, input);
    assert.deepEqual(plan.resize, { mode: 'shortestEdge', size: 33 });
    assert.deepEqual(plan.crop, { height: 32, width: 32, rounding: 'halfEven' });
    assert.deepEqual([plan.resample, plan.std], ['bicubic', [0.229, 0.224, 0.225]]);
    assert.deepEqual([report.mean.from, notices], ['config.json', []]);
  });

  it("puts an image processor's own file before the whole of timm's", async () => {
    const { sources } = await beside({
      'preprocessor_config.json': { size: 30 },
      'config.json': { pretrained_cfg: { input_size: [3, 32, 32] } },
    });
    assert.deepEqual(
      sources.map(({ from }) => from),
      ['preprocessor_config.json'],
    );
  });

  it("refuses what timm would do and this does not, and broken values of timm's", async () => {
    const input_size = [3, 32, 32];
    const broken: [object, RegExp][] = [
      [{ input_size: [3, 1e9, 1e9] }, /pretrained_cfg\.input_size/],
      [{ crop_mode: 'squash' }, /pretrained_cfg\.input_size" is null/],
      [{ input_size, crop_pct: 0 }, /pretrained_cfg\.crop_pct" is 0/],
      [{ input_size, mean: ['x'] }, /pretrained_cfg\.mean/],
      [{ input_size, std: [0, 1, 1] }, /pretrained_cfg\.std/],
      [{ input_size, interpolation: 'random' }, /pretrained_cfg\.interpolation" is "random"/],
    ];
    for (const [pretrained_cfg, text] of broken)
      await refused({ 'config.json': { pretrained_cfg } }, 'metadata.value', text);
  });

  it("leaves timm's way to a size aside where the sidecar says it whole, and asks for it where timm's is not done here", async () => {
    const input_size = [3, 32, 32];
    const mean = [0.1, 0.2, 0.3];
    for (const [own, text] of [
      [
        { input_size, crop_mode: 'border' },
        /crop_mode" is "border".*Say in net\.v2\.transferlens\.json/,
      ],
      [{ input_size: [3, 32, 48] }, /input_size" is \[3,32,48\]/],
    ] as const) {
      const config = { pretrained_cfg: { ...own, mean, interpolation: 'lanczos' } };
      await refused({ 'config.json': config }, 'metadata.timmSizing', text);
      // A size without a crop leaves that to timm's.
      const part = { size: { shortest_edge: 40 } };
      const files = { 'config.json': config, 'transferlens.json': part };
      await refused(files, 'metadata.timmSizing', text);
      for (const [sidecar, resize, crop] of [
        [
          { ...part, crop_size: { height: 32, width: 40 } },
          { mode: 'shortestEdge', size: 40 },
          true,
        ],
        [{ size: { height: 32, width: 40 } }, { mode: 'exact', height: 32, width: 40 }, false],
      ] as const) {
        const metadata = await beside({ 'config.json': config, 'transferlens.json': sidecar });
        const input = { layout: 'NCHW', channels: 3, height: 32, width: 40 } as const;
        const { plan } = planImages(metadata, input);
        assert.deepEqual([plan.resize, plan.crop !== null], [resize, crop]);
        assert.deepEqual([plan.resample, plan.mean], ['lanczos', mean]);
      }
    }
  });

  it("reads timm's names of classes by index too, those without one called by it", async () => {
    for (const config of [
      { label_names: { 0: 'cat', 2: 'dog' }, pretrained_cfg: {} },
      { pretrained_cfg: { label_names: { 2: 'dog', 0: 'cat' } } },
    ]) {
      const { labels } = await beside({ 'config.json': config });
      assert.deepEqual(labels, { names: ['cat', 'class 1', 'dog'], from: 'config.json' });
    }
    for (const label_names of [{}, { cat: '0' }, { 0: 1 }, { 1e9: 'x' }, 'cat'])
      assert.equal((await beside({ 'config.json': { label_names } })).labels, null);
  });

  it('takes no metadata.json of another program', async () => {
    const { sources, labels } = await beside({ 'metadata.json': { labels: 5, title: 'x' } });
    assert.deepEqual([sources, labels], [[], null]);
  });

  it("puts a model's own sidecar before its folder's, and both before preprocessor_config.json", async () => {
    const { sources, overrides } = await beside({
      'preprocessor_config.json': { size: 224, crop_size: null, processor_class: 'X', resample: 3 },
      'transferlens.json': { size: 100, output: 'a', features: null },
      'net.v2.transferlens.json': { image_mean: 0.5, output: 'b', layout: 'NHWC' },
      'config.json': { id2label: null },
    });
    assert.deepEqual(
      sources.map(({ from, preprocessing }) => [from, preprocessing]),
      [
        ['net.v2.transferlens.json', { image_mean: 0.5 }],
        ['transferlens.json', { size: 100 }],
        ['preprocessor_config.json', { size: 224, resample: 'bicubic' }],
      ],
    );
    assert.deepEqual(overrides, { output: 'b', features: null, layout: 'NHWC' });
  });

  it('finds a sidecar by the full file name, too', async () => {
    const { overrides } = await beside({ 'net.v2.onnx.transferlens.json': { input: 'x' } });
    assert.deepEqual(overrides, { input: 'x' });
  });

  it("looks above a folder called onnx, the model's own folder first", async () => {
    const files = {
      'preprocessor_config.json': { size: 10 },
      'config.json': { id2label: { 0: 'above' } },
      'onnx/labels.txt': 'below\n',
      'onnx/config.json': { id2label: { 0: 'own' } },
    };
    const found = await beside(files, 'onnx/model.onnx');
    assert.deepEqual(found.sources[0].preprocessing, { size: 10 });
    assert.deepEqual(found.labels, { names: ['own'], from: 'config.json' });
    const elsewhere = await beside({ 'config.json': files['config.json'] }, 'weights/model.onnx');
    assert.equal(elsewhere.labels, null);
  });

  it("takes the way of pooling from sentence-transformers' file, unless a sidecar says another", async () => {
    const pooling = async (config: object, sidecar: object = {}) => {
      const files = { '1_Pooling/config.json': config, 'onnx/transferlens.json': sidecar };
      return (await beside(files, 'onnx/model.onnx')).overrides.pooling;
    };
    const both = { pooling_mode_cls_token: false, pooling_mode_mean_tokens: true };
    assert.equal(await pooling(both), 'mean');
    assert.equal(await pooling({ ...both, pooling_mode_cls_token: true }), 'cls');
    assert.equal(await pooling({ pooling_mode: 'cls' }), 'cls');
    assert.equal(await pooling({ pooling_mode_max_tokens: true }), undefined);
    assert.equal(await pooling(both, { pooling: 'cls' }), 'cls');
  });

  it('looks into a model that is a folder', async () => {
    const folder = join(scratch('metadata'), 'saved');
    mkdirSync(folder);
    put(join(folder, 'class_names.txt'), 'a\nb\n');
    assert.deepEqual((await readModelMetadata(folder)).labels?.names, ['a', 'b']);
  });

  it('takes names of classes from the sidecar, config.json, labels.txt, class_names.txt, in this order', async () => {
    const files: Record<string, string | object> = {
      'net.v2.transferlens.json': { labels: { 1: 'b', 0: 'a' } },
      'config.json': { id2label: { 0: 'zero', 1: 'one', 2: '<b>' }, model_type: 'vit' },
      'labels.txt': '\uFEFFtench\r\n goldfish \r\n\r\nshark\r\n\r\n',
      'class_names.txt': '😀',
    };
    const expected = [
      ['a', 'b'],
      ['zero', 'one', '<b>'],
      ['tench', 'goldfish', '', 'shark'],
      ['😀'],
    ];
    for (const names of expected) {
      const [strongest] = Object.keys(files);
      assert.deepEqual((await beside(files)).labels, { names, from: strongest });
      delete files[strongest];
    }
  });

  it("reads sizes that are written as a list, and Pillow's numbers of kernels", async () => {
    const kernels = ['nearest', 'lanczos', 'bilinear', 'bicubic', 'box', 'hamming'];
    for (const [number, name] of kernels.entries()) {
      const { sources } = await beside({
        'preprocessor_config.json': { size: [20, 30], resample: number },
      });
      const expected = { size: { height: 20, width: 30 }, resample: name };
      assert.deepEqual(sources[0].preprocessing, expected);
    }
  });

  it('says what is wrong with a file: name, key and cure', async () => {
    const config = (json: object) => ({ 'preprocessor_config.json': json });
    const sidecar = (json: object) => ({ 'transferlens.json': json });
    await refused({ 'config.json': '{"a": 1,}' }, 'metadata.notJson', /Correct or remove it/);
    await refused({ 'transferlens.json': '' }, 'metadata.notJson', /not valid JSON/);
    await refused({ 'config.json': '[1]' }, 'metadata.notObject', /Correct or remove it/);
    const wrong: [object, RegExp][] = [
      [config({ size: '224' }), /"size" is "224"\. Write 224 \|/],
      [config({ size: { longest_edge: 224 } }), /"size" is \{"longest_edge":224\}/],
      [config({ size: 0 }), /"size" is 0/],
      [config({ resample: 6 }), /"resample" is 6\. Write "nearest"/],
      [config({ do_resize: 'yes' }), /"do_resize" is "yes"\. Write true \| false/],
      [config({ image_std: [0.2, 0, 0.2] }), /"image_std" is \[0\.2,0,0\.2\]/],
      [config({ image_mean: [] }), /"image_mean" is \[\]/],
      [sidecar({ crop_pct: 1.5 }), /"crop_pct" is 1\.5/],
      [sidecar({ layout: 'CHW' }), /"layout" is "CHW"\. Write "NCHW" \| "NHWC"/],
      [sidecar({ outputKind: 'softmax' }), /"outputKind" is "softmax"/],
      [sidecar({ size: null }), /"size" is null/],
      [sidecar({ labels: [1, 2] }), /"labels" is \[1,2\]/],
    ];
    for (const [files, text] of wrong)
      await refused(files as Record<string, object>, 'metadata.value', text);
    await refused(sidecar({ siez: 3 }), 'metadata.unknownKey', /no key "siez".* size, /);
    const gap = { 'config.json': { id2label: { 0: 'a', 2: 'c' } } };
    await refused(gap, 'metadata.classIds', /"id2label" names classes 2, which are not 0 to 1/);
  });

  it('is missed beside models of images alone that no file says anything of', async () => {
    const folder = scratch('unsaid');
    const at = (...path: string[]) => put(join(folder, ...path), '');
    const bare = at('bare.onnx');
    const said = at('said.onnx');
    put(join(folder, 'said.transferlens.json'), '{"size": 32}');
    const wrong = at('wrong.onnx');
    put(join(folder, 'wrong.transferlens.json'), '{');
    // What it is called after is no matter of preprocessing.
    const named = at('named.onnx');
    put(join(folder, 'named.transferlens.json'), '{"output": "logits"}');
    const texts = at('bert', 'onnx', 'model.onnx');
    put(join(folder, 'bert', 'tokenizer.json'), '{}');
    assert.deepEqual(await withoutMetadata([bare, said, wrong, named, texts]), [bare, named]);
  });

  it('says so when a file cannot be read', async () => {
    const folder = scratch('metadata');
    symlinkSync('config.json', join(folder, 'config.json'));
    await assert.rejects(
      readModelMetadata(join(folder, 'a.onnx')),
      /config\.json: the file cannot be read \(too many symbolic links encountered\)\. Check/,
    );
  });
});
