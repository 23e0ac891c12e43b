import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.js';

const notices = join(root, 'scripts/notices');
const rule = `\n\n${'='.repeat(80)}\n\n`;

interface Package {
  name: string;
  version: string;
  license: string;
  author?: string | { name: string };
}

/** Licences that packages are under which leave their text out, or that ask for texts which their packages leave out. */
const inFull = ['MIT', 'Apache-2.0', 'LGPL-3.0', 'GPL-3.0'];

/**
 * The licences of other people's code that is shipped: what is bundled into dist/, and native modules.
 * @param native folders of the packages that are shipped as they are
 */
export function thirdPartyNotices(native: string[]): string {
  const bundled: string[] = JSON.parse(readFileSync(join(root, 'dist/packages.json'), 'utf8'));
  const folders = [...bundled.map(path => join(root, path)), ...native];
  const entries = new Map(folders.map(folder => [title(folder), entry(folder)]));
  const names = [...entries.keys()].sort();
  return [
    `TransferLens is shipped with the packages below. Each is under its own licence.\n\n${names.join('\n')}`,
    ...names.map(name => `${name}\n\n${entries.get(name)}`),
    ...inFull.map(name => `${name} in full\n\n${text(join(notices, `${name}.txt`))}`),
  ].join(rule);
}

function title(folder: string): string {
  const { name, version, license } = manifest(folder);
  return `${name} ${version} (${license.replace('SEE LICENSE IN', 'licence in')})`;
}

/** What a package says of its licence; ONNX Runtime's leaves out what its library is made of. */
function entry(folder: string): string {
  const { name, author } = manifest(folder);
  if (name === 'onnxruntime-node') return text(join(notices, 'onnxruntime.txt'));
  if (name === 'onnxruntime-common') return 'Part of ONNX Runtime; see onnxruntime-node.';
  const files = readdirSync(folder).filter(file => /^(licen[cs]e|notices?)(\.|$)/i.test(file));
  // Of libvips the list of the libraries that are in it, each with its licence, is in the README.
  const readme = join(folder, 'README.md');
  if (name.startsWith('@img/sharp-') && existsSync(readme)) files.push('README.md');
  if (files.length > 0) return files.map(file => text(join(folder, file))).join('\n\n');
  const holder = typeof author === 'string' ? author : author?.name;
  return `Copyright ${holder ?? `the authors of ${name}`}. The licence is at the end of this file.`;
}

const manifest = (folder: string): Package =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

const text = (file: string) => readFileSync(file, 'utf8').replaceAll('\r', '').trim();
