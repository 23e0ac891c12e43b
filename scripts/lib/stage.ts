import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { stageNativeModules, type Target } from './nativeModules.js';
import { thirdPartyNotices } from './notices.js';
import { root } from './root.js';
import { Problem } from './run.js';

/** Files and folders that are shipped as they are. */
const asTheyAre = [
  'package.nls.json',
  'package.nls.zh-cn.json',
  'LICENSE',
  'l10n',
  'media',
  'samples',
];

/** What the manifest says only of a checkout. */
const ofCheckout = [
  'private',
  'scripts',
  'dependencies',
  'devDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
];

/** Bytes that the files of one platform may have, not packed. */
const ceiling = 120e6;

/** Makes a folder with all that a VSIX of one platform holds, and nothing else, from the built dist/. */
export async function stage(target: Target, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'dist'), { recursive: true });
  for (const name of asTheyAre) await cp(join(root, name), join(folder, name), { recursive: true });
  for (const name of await readdir(join(root, 'dist')))
    if (/\.(js|css|wasm)$/.test(name))
      await cp(join(root, 'dist', name), join(folder, 'dist', name));
  // Beside the bundles that require them, for the packer passes over a node_modules folder at the root.
  const native = await stageNativeModules(target, join(folder, 'dist/node_modules'));

  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  for (const key of ofCheckout) delete manifest[key];
  const texts = {
    // The packer wants to be told what to take.
    'package.json': JSON.stringify({ ...manifest, files: ['**'] }, null, 2),
    'README.md': shippedText(await readFile(join(root, 'README.md'), 'utf8')),
    'CHANGELOG.md': shippedText(await readFile(join(root, 'CHANGELOG.md'), 'utf8')),
    'ThirdPartyNotices.txt': thirdPartyNotices(native),
  };
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
  await check(folder, target);
}

/** A text as VS Code can show it, which finds no files beside it, and without what is for a checkout. */
const shippedText = (markdown: string) =>
  markdown
    .replace(/<!-- checkout:.*?<!-- \/checkout -->\n+/gs, '')
    .replace(/^!\[[^\]]*\]\((?!https:)[^)]*\)\n+/gm, '')
    .replace(/\[([^\]]*)\]\((?!https:)[^)]*\)/g, '$1');

/** Each native file that a platform needs; there must be one of each and no other. */
function nativeFiles(target: Target): RegExp[] {
  const [platform, arch] = target.split('-');
  const libraries: Record<string, [ort: string, ...vips: string[]]> = {
    linux: ['libonnxruntime.so.1', 'libvips-cpp.so.*'],
    darwin: ['libonnxruntime.1.dylib', 'libvips-cpp.*.dylib'],
    win32: ['onnxruntime.dll', 'libvips-42.dll', 'libvips-cpp-*.dll'],
  };
  const [ort, ...vips] = libraries[platform];
  const vipsPackage = platform === 'win32' ? `sharp-${target}` : `sharp-libvips-${target}`;
  return [
    `onnxruntime-node/bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node`,
    `onnxruntime-node/bin/napi-v6/${platform}/${arch}/${ort}`,
    `@img/sharp-${target}/lib/sharp-${target}-*.node`,
    ...vips.map(name => `@img/${vipsPackage}/lib/${name}`),
  ].map(path => new RegExp(`^${path.replaceAll('.', '\\.').replaceAll('*', '[\\d.]+')}$`));
}

/** Refuses a folder without a native file that this platform needs, with one that it does not, or that is too large. */
export async function check(folder: string, target: Target): Promise<void> {
  const modules = join(folder, 'dist/node_modules');
  const files = await filesOf(folder);
  const native = files
    .map(({ path }) => relative(modules, path).replaceAll('\\', '/'))
    .filter(path => /\.(node|dll|dylib)$|\.so[.\d]*$/.test(path));
  const wanted = nativeFiles(target);
  const wrong = [
    ...wanted
      .filter(pattern => native.filter(path => pattern.test(path)).length !== 1)
      .map(pattern => `not one file like ${pattern.source}`),
    ...native.filter(path => !wanted.some(pattern => pattern.test(path))),
  ];
  if (wrong.length > 0) throw new Problem(`Native files of ${target}: ${wrong.join(', ')}`);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (bytes > ceiling)
    throw new Problem(`${target}: ${megabytes(bytes)}, more than ${megabytes(ceiling)}`);
}

export const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

async function filesOf(folder: string): Promise<{ path: string; size: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter(entry => entry.isFile()).map(e => join(e.parentPath, e.name));
  return Promise.all(paths.map(async path => ({ path, size: (await stat(path)).size })));
}
