/**
 * A whole run from cold against a bare `session.run` loop over the same, already decoded batches with the same threads,
 * and the memory of the inference process at n and 10 n.
 *   npx tsx bench/endToEnd.ts [n]     (after `npm run build`; needs two cores: one decodes)
 */
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import sharp from 'sharp';
import { imageToTensor, planImages, readModelMetadata } from '../src/preprocess/index.js';
import { inferenceProcesses, jobOf, startCoordinator } from '../test/support/coordinator.js';
import { normals, onnxModel, resnet18 } from '../test/support/onnxWriter.js';
import { put, scratch } from '../test/support/scratch.js';

const n = Number(process.argv[2] ?? 2000);
const batch = 8;
const folder = scratch('bench');

/** JPEGs of 500 x 375 pixels and about 60 kB, as photos are: coarse structure under fine noise. */
async function photos(to: string, count: number): Promise<void> {
  const normal = normals(7);
  for (let i = 0; i < count; i++) {
    const coarse = Uint8Array.from({ length: 25 * 19 * 3 }, () => 128 + 50 * normal());
    const grain = Uint8Array.from({ length: 250 * 188 }, () => 128 + 18 * normal());
    const fine = await sharp(grain, { raw: { width: 250, height: 188, channels: 1 } })
      .resize(500, 375, { fit: 'fill' })
      .toColourspace('srgb')
      .png({ compressionLevel: 0 })
      .toBuffer();
    const class_ = join(to, i % 2 ? 'odd' : 'even');
    mkdirSync(class_, { recursive: true });
    await sharp(coarse, { raw: { width: 25, height: 19, channels: 3 } })
      .resize(500, 375, { fit: 'fill' })
      .composite([{ input: fine, blend: 'soft-light' }])
      .jpeg({ quality: 92 })
      .toFile(join(class_, `${i}.jpg`));
  }
}

/** Seconds that `session.run` takes over batches that are decoded before the clock starts. */
async function bareLoop(model: string, data: string): Promise<number> {
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableCpuMemArena: false,
  });
  const { plan } = planImages(await readModelMetadata(model), {
    layout: 'NCHW',
    channels: 3,
    height: 224,
    width: 224,
  });
  const files = ['even', 'odd'].flatMap(c =>
    readdirSync(join(data, c)).map(name => join(data, c, name)),
  );
  const pixels = 3 * 224 * 224;
  const batches: ort.Tensor[] = [];
  for (let i = 0; i < files.length; i += batch) {
    const part = files.slice(i, i + batch);
    const tensor = new Float32Array(part.length * pixels);
    await Promise.all(
      part.map((file, k) =>
        imageToTensor(
          { kind: 'encodedImage', bytes: readFileSync(file), file },
          plan,
          tensor,
          k * pixels,
        ),
      ),
    );
    batches.push(new ort.Tensor('float32', tensor, [part.length, 3, 224, 224]));
  }
  await session.run({ images: batches[0] });
  const start = performance.now();
  for (const images of batches) await session.run({ images });
  const seconds = (performance.now() - start) / 1000;
  await session.release();
  return seconds;
}

/** One cold run in the background process: wall seconds from job to report, and the peak of the inference process. */
async function wholeRun(model: string, data: string, maxSamples: number, measures: string[] = []) {
  const one = startCoordinator();
  let peak = 0;
  const look = setInterval(() => {
    for (const pid of inferenceProcesses(one)) {
      try {
        const line = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
        peak = Math.max(peak, Number(line?.[1] ?? 0) / 1024);
      } catch {
        // It has just ended.
      }
    }
  }, 200);
  const start = performance.now();
  const report = await one.api.score(
    jobOf([model], data, scratch('cache'), { maxSamples, threads: 1, measures }),
  );
  const seconds = (performance.now() - start) / 1000;
  clearInterval(look);
  one.stop();
  return { seconds, peak, model: report.models[0] };
}

async function main(): Promise<void> {
  const model = put(join(folder, 'resnet18.onnx'), onnxModel(resnet18()));
  const data = join(folder, 'data');
  await photos(data, n);
  const tenth = await wholeRun(model, data, Math.floor(n / 10));
  const whole = await wholeRun(model, data, n);
  const outputsOnly = await wholeRun(model, data, n, ['leepLoo', 'leep', 'nce']);
  const bare = await bareLoop(model, data);
  const row = (name: string, value: string) => console.log(name.padEnd(44), value);
  row(`bare loop, ${n} images, 1 thread`, `${bare.toFixed(2)} s`);
  row('whole run from cold (open, decode, run, score)', `${whole.seconds.toFixed(2)} s`);
  row('ratio', (whole.seconds / bare).toFixed(3));
  row(
    '  of it: load / infer / score',
    Object.values(whole.model.seconds)
      .map(s => `${s.toFixed(2)} s`)
      .join(' / '),
  );
  row('the same with LEEP and NCE alone', `${outputsOnly.seconds.toFixed(2)} s`);
  row('ratio', (outputsOnly.seconds / bare).toFixed(3));
  row('peak memory of the inference process at n / 10', `${tenth.peak.toFixed(0)} MB`);
  row('peak memory of the inference process at n', `${whole.peak.toFixed(0)} MB`);
  row('ratio', (whole.peak / tenth.peak).toFixed(3));
}

void main();
