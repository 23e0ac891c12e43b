import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files beside a table that name the classes which its labels number, the likeliest first. */
const files = [
  'class_to_idx.json',
  'class_indices.json',
  'class_index.json',
  'imagenet_class_index.json',
  'id2label.json',
  'label2id.json',
  'label_map.json',
  'labels.json',
  'classes.json',
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
  const names = lines.map(line => line.trim());
  if (names.length < 2 || names.includes('')) return null;
  // Numbered lines, as Teachable Machine writes them: `0 cat`.
  const unnumbered = names.map((name, k) =>
    name.startsWith(`${k} `) ? name.slice(`${k} `.length).trim() : '',
  );
  return unnumbered.includes('') ? names : unnumbered;
}

/** A list of names, names by number (alone, or after the WordNet id as for ImageNet), or numbers by name. */
function ofJson(text: string): string[] | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof json !== 'object' || json === null) return null;
  const pairs = Object.entries(json).map(([key, value]): [number, unknown] =>
    typeof value === 'number'
      ? [value, key]
      : [Number(key), Array.isArray(value) && value.length === 2 ? value[1] : value],
  );
  const names: string[] = [];
  for (const [number, name] of pairs) {
    if (!Number.isInteger(number) || typeof name !== 'string') return null;
    names[number] = name;
  }
  return names.length === pairs.length && names.length > 1 ? names : null;
}
