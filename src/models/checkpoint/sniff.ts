import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import type { ModelSummary } from '../../protocol/found.js';
import type { ModelFormat } from '../model.js';

export const checkpoint: ModelFormat = {
  id: 'checkpoint',
  name: 'PyTorch checkpoint',
  files:
    '`.pt`, `.pth`, `.ckpt`, `pytorch_model.bin`, `.safetensors`: named, with a script that exports to ONNX or saves predictions',
  state: 'recognised',
  sniff,
};

/** Files of weights: told by their names and first bytes, so that a file of something else is left alone. */
async function sniff(path: string): Promise<ModelSummary | null> {
  const name = basename(path);
  const isSafe = extname(name).toLowerCase() === '.safetensors';
  if (!isSafe && !/\.(pt|pth|ckpt)$|^pytorch_model.*\.bin$/i.test(name)) return null;
  const [, shard] = /-(\d{5})-of-\d{5}\.\w+$/.exec(name) ?? [];
  // One model in several files is one model.
  if (shard !== undefined && Number(shard) !== 1) return null;
  const file = await open(path).catch(() => null);
  if (!file) return null;
  try {
    const entry = await file.stat();
    if (!entry.isFile()) return null;
    const start = Buffer.alloc(512);
    const { bytesRead } = await file.read(start, 0, start.length, 0);
    if (!(isSafe ? isSafetensors : isTorch)(start.subarray(0, bytesRead), entry.size)) return null;
    const bytes = shard === undefined ? entry.size : await bytesOfShards(path);
    return { path, name: shownName(path), format: 'checkpoint', bytes };
  } finally {
    await file.close();
  }
}

/** What `torch.save` and TorchScript write: a zip archive whose first member is the pickle, or in older versions a pickle of a magic number. */
function isTorch(start: Buffer): boolean {
  if (start.toString('latin1', 0, 4) === 'PK\x03\x04') {
    // A member's name stands behind 30 bytes of header.
    if (start.length < 30) return false;
    const name = start.toString('latin1', 30, 30 + start.readUInt16LE(26));
    return /(^|\/)(data\.pkl|\.format_version|\.storage_alignment|version|byteorder|data\/\d+)$/.test(
      name,
    );
  }
  return start[0] === 0x80 && start[1] >= 2 && start[1] <= 5;
}

/** The length of the header, then the header, which is JSON. */
function isSafetensors(start: Buffer, size: number): boolean {
  if (start.length < 10) return false;
  return start.readBigUInt64LE(0) <= BigInt(size - 8) && /^\s*\{/.test(start.toString('latin1', 8));
}

async function bytesOfShards(path: string): Promise<number> {
  const [before, after] = basename(path).split('00001-of-');
  const names = await readdir(dirname(path)).catch(() => []);
  const shards = names.filter(name => name.startsWith(before) && name.endsWith(`-of-${after}`));
  const sizes = await Promise.all(
    shards.map(name =>
      stat(join(dirname(path), name)).then(
        s => s.size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((a, b) => a + b, 0);
}

/** `resnet18.pth` is "resnet18"; `bert/pytorch_model.bin` and `bert/model.safetensors` are "bert". */
function shownName(path: string): string {
  const stem = basename(path, extname(path)).replace(/-\d{5}-of-\d{5}$/, '');
  return /^(pytorch_model|model|checkpoint|best|last|weights)$/i.test(stem)
    ? basename(dirname(path)) || stem
    : stem;
}
