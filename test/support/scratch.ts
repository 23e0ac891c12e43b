import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import sharp from 'sharp';

const made: string[] = [];
process.on('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/** A folder of its own for a test; removed when the test process ends. */
export function scratch(name = 'test'): string {
  const folder = mkdtempSync(join(tmpdir(), `tl-${name}-`));
  made.push(folder);
  return folder;
}

/** Writes a file and the folders above it; objects as JSON. */
export function put(path: string, content: string | Uint8Array | object): string {
  mkdirSync(dirname(path), { recursive: true });
  const raw = typeof content === 'string' || content instanceof Uint8Array;
  writeFileSync(path, raw ? content : JSON.stringify(content, null, 1));
  return path;
}

/**
 * Writes a real image folder: each class a grey level of its own under noise, so that a model can tell them apart.
 * @param classes images a class, by name
 */
export async function imageFolder(
  folder: string,
  classes: Record<string, number>,
  size = 16,
): Promise<string> {
  let state = 1;
  const noise = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const names = Object.keys(classes);
  for (const [y, name] of names.entries()) {
    mkdirSync(join(folder, name), { recursive: true });
    for (let i = 0; i < classes[name]; i++) {
      const pixels = Uint8Array.from(
        { length: size * size * 3 },
        () => (200 * (y + 0.5)) / names.length + 55 * noise(),
      );
      await sharp(pixels, { raw: { width: size, height: size, channels: 3 } })
        .png({ compressionLevel: 1 })
        .toFile(join(folder, name, `${String(i).padStart(5, '0')}.png`));
    }
  }
  return folder;
}
