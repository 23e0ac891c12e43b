// Runs models in a process of its own: runModels.ts INPUT MODEL... prints what each gives, as JSON.
import { readFileSync } from 'node:fs';
import { openModel } from '../../src/models/open.js';
import { noticeOf } from '../../src/protocol/notice.js';

/** What became of one model. */
export interface Ran {
  runtime?: string;
  features?: string | null;
  notices?: string[];
  outputs?: number[];
  vectors?: number[] | null;
  error?: { code: string; message: string };
}

async function ran(path: string, data: Float32Array, shape: number[]): Promise<Ran> {
  try {
    const model = await openModel(path, { threads: 1 });
    const { outputs, features } = await model.run([{ data, shape }]);
    await model.close();
    return {
      ...{ runtime: model.runtime, features: model.features },
      notices: model.notices.map(({ code }) => code),
      ...{ outputs: [...outputs], vectors: features && [...features] },
    };
  } catch (error) {
    const { code, message } = noticeOf(error);
    return { error: { code, message } };
  }
}

async function main([input, ...paths]: string[]): Promise<void> {
  const { shape, images } = JSON.parse(readFileSync(input, 'utf8'));
  const data = Float32Array.from(images as number[], v => Math.fround(v / 255));
  const all: Ran[] = [];
  for (const path of paths) all.push(await ran(path, data, shape));
  process.stdout.write(`\n${JSON.stringify(all)}\n`);
}

void main(process.argv.slice(2));
