import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files beside a table that name the classes which its labels number, the likeliest first. */
const files = [
  'class_to_idx.json',
  'label_map.json',
  'labels.json',
  'classes.txt',
  'class_names.txt',
  'labels.txt',
];

/** Names of classes by number from a file in the folder of a table, or null. A file that says something else is left alone. */
export async function classNamesBeside(folder: string): Promise<string[] | null> {
  for (const name of files) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => null);
    const names = text === null ? null : name.endsWith('.json') ? ofJson(text) : ofLines(text);
    if (names) return names;
  }
  return null;
}

function ofLines(text: string): string[] | null {
  const lines = text
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/);
  return lines.length > 1 && lines.every(line => line.trim() !== '')
    ? lines.map(line => line.trim())
    : null;
}

/** A list of names, names by number, or numbers by name. */
function ofJson(text: string): string[] | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof json !== 'object' || json === null) return null;
  const pairs = Object.entries(json).map(([key, value]): [number, unknown] =>
    typeof value === 'number' ? [value, key] : [Number(key), value],
  );
  const names: string[] = [];
  for (const [number, name] of pairs) {
    if (!Number.isInteger(number) || typeof name !== 'string') return null;
    names[number] = name;
  }
  return names.length === pairs.length && names.length > 1 ? names : null;
}
