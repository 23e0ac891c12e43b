import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type ImageShape, planImages, readModelMetadata } from '../../../src/preprocess/index.js';
import { TransferLensError } from '../../../src/protocol/notice.js';
import { put, scratch } from '../../support/scratch.js';

const config = 'preprocessor_config.json';
const sidecar = 'net.transferlens.json';

async function plan(files: Record<string, object>, input: Partial<ImageShape> = {}) {
  const folder = scratch('plan');
  for (const [name, json] of Object.entries(files)) put(join(folder, name), json);
  const metadata = await readModelMetadata(join(folder, 'net.onnx'));
  const any = { channels: 3, height: null, width: null, layout: 'NCHW' } as const;
  return planImages(metadata, { ...any, ...input });
}

async function refused(
  files: Record<string, object>,
  input: Partial<ImageShape>,
  code: string,
  text: RegExp,
) {
  await assert.rejects(plan(files, input), (error: unknown) => {
    assert.ok(error instanceof TransferLensError, String(error));
    assert.equal(error.notice.code, code);
    assert.match(error.message, text);
    return true;
  });
}

const fixed = (height: number, width = height) => ({ height, width });
const codes = (notices: { code: string }[]) => notices.map(n => n.code);

describe('planImages', () => {
  it('takes the usual way where nothing is said, and says so', async () => {
    const { plan: p, report, notices } = await plan({}, fixed(224));
    assert.deepEqual(p, {
      kind: 'image',
      channels: 3,
      height: 224,
      width: 224,
      resize: { mode: 'shortestEdge', size: 256 },
      resample: 'bilinear',
      crop: { height: 224, width: 224, rounding: 'halfEven' },
      rescale: 1 / 255,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      channelOrder: 'RGB',
      layout: 'NCHW',
    });
    const decided = Object.keys(p).filter(key => key !== 'kind');
    assert.deepEqual(Object.keys(report).sort(), decided.sort());
    assert.deepEqual(report.mean, { value: [0.485, 0.456, 0.406], from: 'default' });
    assert.deepEqual(report.height, { value: 224, from: 'graph' });
    assert.deepEqual(codes(notices), ['preprocess.assumed']);
  });

  it('does not normalise grey images where nothing is said', async () => {
    const { plan: p } = await plan({}, { channels: 1, ...fixed(28) });
    assert.deepEqual([p.channels, p.mean, p.std], [1, null, null]);
    assert.deepEqual(p.resize, { mode: 'shortestEdge', size: 32 });
  });

  it('assumes 224 for a graph that takes any size, and says so', async () => {
    const { plan: p, notices } = await plan({ [config]: { image_mean: 0.5, image_std: 0.5 } });
    assert.deepEqual([p.height, p.width], [224, 224]);
    assert.deepEqual(codes(notices), ['preprocess.assumedSize']);
    const half = await plan({}, { height: 96 });
    assert.deepEqual([half.plan.height, half.plan.width], [96, 96]);
  });

  it("takes 299 from 342, as torchvision's recipes do", async () => {
    const { plan: p } = await plan({}, fixed(299));
    assert.deepEqual(p.resize, { mode: 'shortestEdge', size: 342 });
  });

  it("decides key by key, and reports each key's file", async () => {
    const { plan: p, report } = await plan(
      {
        [sidecar]: { image_std: [1, 2, 3], layout: 'NCHW' },
        'transferlens.json': { image_std: 9, resample: 'box' },
        [config]: { image_processor_type: 'ViTImageProcessor', image_mean: [0.1, 0.2, 0.3] },
      },
      fixed(224),
    );
    assert.deepEqual([p.std, p.mean, p.resample], [[1, 2, 3], [0.1, 0.2, 0.3], 'box']);
    const from = Object.fromEntries(Object.entries(report).map(([key, s]) => [key, s.from]));
    assert.deepEqual(from, {
      channels: 'graph',
      resize: config,
      crop: config,
      height: 'graph',
      width: 'graph',
      resample: 'transferlens.json',
      rescale: config,
      mean: config,
      std: sidecar,
      channelOrder: 'default',
      layout: 'sidecar',
    });
  });

  it('has ConvNext warp images of 384 and more, and crop smaller ones', async () => {
    const type = { feature_extractor_type: 'ConvNextFeatureExtractor' };
    const large = (await plan({ [config]: type })).plan;
    assert.deepEqual([large.resize, large.crop], [{ mode: 'exact', ...fixed(384) }, null]);
    const small = (await plan({ [config]: { ...type, size: 224, crop_pct: 0.9 } })).plan;
    assert.deepEqual(small.resize, { mode: 'shortestEdge', size: 248 });
    assert.deepEqual(small.crop, { ...fixed(224), rounding: 'floor' });
  });

  it('reads a single number as the image processor does', async () => {
    const of = async (type: string) =>
      (await plan({ [config]: { image_processor_type: type, size: 64, crop_size: 48 } })).plan;
    assert.deepEqual((await of('ViTImageProcessorFast')).resize, { mode: 'exact', ...fixed(64) });
    assert.equal((await of('ViTImageProcessor')).crop, null);
    assert.deepEqual((await of('BeitFeatureExtractor')).resize, { mode: 'exact', ...fixed(64) });
    assert.deepEqual((await of('CLIPImageProcessor')).resize, { mode: 'shortestEdge', size: 64 });
    // No processor: a square, or the shorter side of what is cropped.
    assert.deepEqual((await plan({ [sidecar]: { size: 64 } })).plan.resize, {
      mode: 'exact',
      ...fixed(64),
    });
    const cropped = (await plan({ [sidecar]: { size: 64, crop_size: 48 } })).plan;
    assert.deepEqual(cropped.resize, { mode: 'shortestEdge', size: 64 });
    assert.deepEqual(cropped.crop, { ...fixed(48), rounding: 'halfEven' });
  });

  it("crops to the graph's input where only the shorter side is said", async () => {
    const files = { [sidecar]: { size: { shortest_edge: 256 } } };
    const { plan: p, report } = await plan(files, fixed(224));
    assert.deepEqual(p.crop, { ...fixed(224), rounding: 'halfEven' });
    assert.equal(report.crop.from, 'graph');
    assert.deepEqual((await plan(files)).plan.crop, { ...fixed(256), rounding: 'halfEven' });
  });

  it('says that an image processor is not known', async () => {
    const { notices } = await plan({ [config]: { image_processor_type: 'NewImageProcessor' } });
    assert.ok(codes(notices).includes('preprocess.unknownProcessor'));
    const inherited = await plan({ [config]: { image_processor_type: 'constructor' } });
    assert.ok(codes(inherited.notices).includes('preprocess.unknownProcessor'));
  });

  it('takes whole pixel values where the graph does', async () => {
    const { plan: p } = await plan({}, { type: 'uint8', ...fixed(224) });
    assert.deepEqual([p.rescale, p.mean], [1, null]);
    const files = { [config]: { rescale_factor: 0.5 } };
    await refused(files, { type: 'uint8' }, 'preprocess.integerInput', /"do_rescale" gives frac/);
  });

  it('refuses what contradicts the graph, and names file and cure', async () => {
    const crop = { [config]: { size: 288, crop_size: 256 } };
    const cure =
      /preprocessor_config\.json: "crop_size" makes images of 256 x 256, and the model net\.onnx wants 224 x 224\. Correct .* in net\.transferlens\.json/;
    await refused(crop, fixed(224), 'preprocess.size', cure);
    await refused({ [config]: { size: 256 } }, fixed(224), 'preprocess.size', /"size" makes/);
    await refused(
      { [config]: { size: { shortest_edge: 192 } } },
      fixed(224),
      'preprocess.size',
      /"size" makes images of 192 x 192/,
    );
    await refused(
      { [config]: { image_processor_type: 'ViTImageProcessor' } },
      { channels: 1, ...fixed(224) },
      'preprocess.channelCount',
      /"image_mean" has 3 values, and the model net\.onnx wants images of 1 channels/,
    );
    await refused(
      {},
      { channels: 12, ...fixed(8) },
      'preprocess.channels',
      /net\.onnx: .* 12 chan/,
    );
  });

  it('refuses what leaves images of different sizes', async () => {
    const uncropped = { [config]: { size: { shortest_edge: 224 }, do_center_crop: false } };
    await refused(uncropped, {}, 'preprocess.noFixedSize', /"size" leaves images of different/);
    await refused(uncropped, fixed(224), 'preprocess.noFixedSize', /Set "crop_size" in net\./);
    await refused({ [config]: { do_resize: false } }, {}, 'preprocess.noFixedSize', /"do_resize"/);
    const { plan: p } = await plan({ [config]: { do_resize: false } }, fixed(28));
    assert.deepEqual([p.resize, p.crop, p.height], [{ mode: 'none' }, null, 28]);
  });

  it('refuses half a normalisation', async () => {
    const files = { [sidecar]: { image_mean: 0.5 } };
    await refused(files, fixed(8), 'preprocess.meanAndStd', /"image_std" is missing/);
    await refused(
      { [sidecar]: { do_normalize: true } },
      { channels: 1, ...fixed(8) },
      'preprocess.meanAndStd',
      /"image_mean" is missing/,
    );
  });
});
