// Builds dist/: the extension, the background process, the command line and the panel's page.
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';

const production = process.env.NODE_ENV !== 'development';

const shared = {
  bundle: true,
  minify: production,
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  metafile: true,
  outdir: 'dist',
};

/** Native modules stay outside the bundles; they are found in node_modules at run time. */
const native = ['onnxruntime-node', 'sharp'];

/** What is large and seldom needed is a bundle of its own: loaded from beside the one that asks for it. */
const apart = {
  name: 'apart',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^\.\/engine\.js$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './tfjs.js', external: true } : undefined,
    );
    onResolve({ filter: /^\.\/arrow\.js$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './arrow.js', external: true } : undefined,
    );
    onResolve({ filter: /^\.\/library\.js$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './hdf5.js', external: true } : undefined,
    );
  },
};

const node = { ...shared, platform: 'node', format: 'cjs', target: 'node20' };

const page = {
  ...shared,
  platform: 'browser',
  format: 'iife',
  target: 'es2022',
  jsx: 'automatic',
  jsxImportSource: 'preact',
};

await rm('dist', { recursive: true, force: true });
await mkdir('dist', { recursive: true });
const bundles = await Promise.all([
  build({ ...node, entryPoints: { extension: 'src/extension.ts' }, external: ['vscode'] }),
  build({
    ...node,
    entryPoints: { worker: 'src/worker/main.ts' },
    external: native,
    plugins: [apart],
  }),
  build({ ...node, entryPoints: { tfjs: 'src/models/tfjs/engine.ts' } }),
  build({ ...node, entryPoints: { arrow: 'src/arrays/arrow.ts' } }),
  build({
    ...node,
    entryPoints: { hdf5: 'src/datasets/hdf5/library.ts' },
    // The library asks where its own file is, which a CommonJS bundle says in another way.
    define: { 'import.meta.url': 'ownUrl' },
    banner: { js: "const ownUrl = require('node:url').pathToFileURL(__filename).href;" },
  }),
  build({
    ...node,
    entryPoints: { cli: 'src/cli/main.ts' },
    external: native,
    plugins: [apart],
    banner: { js: '#!/usr/bin/env node' },
  }),
  build({ ...page, entryPoints: { webview: 'webview/main.tsx' } }),
  build({ ...page, sourcemap: false, entryPoints: { standalone: 'webview/standalone.css' } }),
]);
const wasm = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
for (const name of await readdir(wasm))
  if (/^tfjs-backend-wasm(-simd)?\.wasm$/.test(name))
    await copyFile(join(wasm, name), join('dist', name));
// A test reads from it which modules the extension host loads.
await writeFile('dist/extension.meta.json', JSON.stringify(bundles[0].metafile));

// Whose code is in the bundles: folders of packages, whose licences go with what is shipped.
const inputs = bundles.flatMap(({ metafile }) => Object.keys(metafile.inputs));
const packages = inputs.flatMap(path => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
await writeFile('dist/packages.json', JSON.stringify([...new Set(packages)].sort(), null, 1));
