/**
 * Finds models and datasets among 50 000 nested files, beside a bare recursive listing of the same tree.
 * `npx tsx bench/discovery.ts`
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { discover } from '../src/discovery/index.js';

const rounds = 5;

async function bareWalk(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true });
  const below = await Promise.all(
    entries.map(entry => (entry.isDirectory() ? bareWalk(join(folder, entry.name)) : 1)),
  );
  return below.reduce((a, b) => a + b, 0);
}

/** 40 folders of 25 folders of 50 files, three levels down. */
function fill(folder: string, nameOf: (i: number) => string): void {
  for (let a = 0; a < 40; a++)
    for (let b = 0; b < 25; b++) {
      const leaf = join(folder, 'deep', `group${a}`, `class${b}`);
      mkdirSync(leaf, { recursive: true });
      for (let i = 0; i < 50; i++) writeFileSync(join(leaf, nameOf(i)), '');
    }
}

const trees: Record<string, (i: number) => string> = {
  '40 datasets of 25 classes': i => `${i}.png`,
  'source files and models': i => (i === 0 ? 'model.onnx' : `module${i}.ts`),
};

async function measure(title: string, nameOf: (i: number) => string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'transferlens-bench-'));
  try {
    fill(folder, nameOf);
    const bare: number[] = [];
    const ours: number[] = [];
    let found = '';
    let files = 0;
    for (let round = 0; round < rounds; round++) {
      let start = performance.now();
      files = await bareWalk(folder);
      bare.push(performance.now() - start);
      start = performance.now();
      const { models, datasets } = await discover(folder, { exclude: ['**/.venv/**', '*.log'] });
      ours.push(performance.now() - start);
      found = `${models.length} models, ${datasets.length} datasets`;
    }
    const median = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 1];
    const ratio = median(ours) / median(bare);
    console.log(
      `${title}: ${files} files, ${found}: ${median(ours).toFixed(0)} ms; ` +
        `bare listing ${median(bare).toFixed(0)} ms; ratio ${ratio.toFixed(2)}`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  for (const [title, nameOf] of Object.entries(trees)) await measure(title, nameOf);
}

void main();
