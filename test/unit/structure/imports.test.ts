import assert from 'node:assert/strict';
import { builtinModules } from 'node:module';
import { build } from 'esbuild';
import { root } from '../../support/referenceData.js';
import { type Import, importsOf, target } from './importGraph.js';
import { allFolders, readJson, readSources } from './sources.js';

/** What a room may import besides itself: rooms, or single files of them; and packages, `node` for Node's own. */
interface Rule {
  rooms: string[];
  packages: string[];
  /** Packages that may only be imported by files of these names. */
  only?: Record<string, RegExp>;
}

const rules: Record<string, Rule> = {
  protocol: { rooms: [], packages: ['zod'] },
  numerics: { rooms: [], packages: [] },
  measures: { rooms: ['numerics', 'protocol'], packages: [] },
  ranking: { rooms: ['numerics', 'measures/index', 'protocol'], packages: [] },
  report: { rooms: ['numerics', 'measures/index', 'protocol'], packages: ['zod'] },
  heatmap: { rooms: ['protocol'], packages: [] },
  preprocess: {
    rooms: ['protocol'],
    packages: ['node', 'zod', 'sharp', '@huggingface/tokenizers'],
    only: { '@huggingface/tokenizers': /\/textBatch\.ts$/ },
  },
  arrays: {
    rooms: ['protocol'],
    packages: ['node', 'hyparquet', 'hyparquet-compressors', 'apache-arrow'],
    only: {
      hyparquet: /\/parquet\.ts$/,
      'hyparquet-compressors': /\/(parquet|arrow)\.ts$/,
      'apache-arrow': /\/arrow\.ts$/,
    },
  },
  datasets: {
    rooms: ['protocol', 'arrays', 'preprocess'],
    packages: ['node', 'zod', 'papaparse', 'hyparquet', 'hyparquet-compressors', 'h5wasm'],
    only: {
      h5wasm: /\/hdf5\/library\.ts$/,
      papaparse: /\/table\/delimited\.ts$/,
      hyparquet: /\/parquet\/(file|pages|compressors)\.ts$/,
      'hyparquet-compressors': /\/parquet\/compressors\.ts$/,
    },
  },
  models: {
    rooms: ['protocol', 'arrays', 'numerics'],
    packages: [
      'node',
      'zod',
      'onnxruntime-node',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-converter',
      '@tensorflow/tfjs-layers',
      '@tensorflow/tfjs-backend-wasm',
    ],
    only: {
      'onnxruntime-node': /\/(runtime|run)\.ts$/,
      '@tensorflow/tfjs-core': /\/tfjs\/engine\.ts$/,
      '@tensorflow/tfjs-converter': /\/tfjs\/engine\.ts$/,
      '@tensorflow/tfjs-layers': /\/tfjs\/engine\.ts$/,
      '@tensorflow/tfjs-backend-wasm': /\/tfjs\/engine\.ts$/,
    },
  },
  predictions: { rooms: ['protocol'], packages: ['node', 'zod'] },
  discovery: { rooms: ['protocol', 'datasets', 'models'], packages: ['node'] },
  pipeline: {
    rooms: [
      'protocol',
      'arrays',
      'numerics',
      'measures',
      'ranking',
      'report',
      'preprocess',
      'datasets',
      'models',
      'predictions',
      'discovery',
      'package.json',
    ],
    packages: ['node', 'vscode-jsonrpc', 'zod'],
  },
  worker: {
    rooms: ['pipeline', 'report', 'protocol'],
    packages: ['node', 'vscode-jsonrpc'],
  },
  cli: { rooms: ['pipeline', 'report', 'heatmap', 'protocol'], packages: ['node'] },
  editor: {
    rooms: ['protocol', 'discovery', 'report', 'heatmap'],
    packages: ['node', 'vscode', 'vscode-jsonrpc', 'zod'],
  },
  extension: { rooms: ['editor', 'protocol'], packages: ['node', 'vscode'] },
  webview: {
    rooms: ['protocol', 'report', 'heatmap'],
    packages: [
      'preact',
      '@preact/signals',
      'vscode-jsonrpc',
      '@vscode/webview-ui-toolkit',
      'echarts',
    ],
    only: {
      '@vscode/webview-ui-toolkit': /^webview\/controls\.ts$/,
      echarts: /^webview\/compare\/chart\.ts$/,
    },
  },
};

/** The room that a file is in: `src/models/onnx/open.ts` -> `models`. */
function roomOf(file: string): string {
  if (file.startsWith('webview/')) return 'webview';
  return file.replace(/^src\//, '').replace(/[/.].*$/, '');
}

/** Why an import breaks the table, or null. */
function offence(one: Import): string | null {
  const room = roomOf(one.file);
  const { rooms, packages, only } = rules[room];
  const to = target(one);
  if (room === 'protocol' && one.typeOnly) return null;
  if ('package' in to) {
    if (only?.[to.package] && !one.typeOnly)
      return only[to.package].test(one.file) ? null : `only in ${only[to.package]}`;
    return packages.includes(to.package) ? null : `${room} may not import ${to.package}`;
  }
  const inside = to.file.replace(/^src\//, '');
  const other = to.file === 'package.json' ? 'package.json' : roomOf(to.file);
  if (other === room) return null;
  if (!rooms.some(name => name === other || name === inside))
    return `${room} may not import ${inside}`;
  if (room === 'discovery' && /\/open$/.test(inside)) return 'discovery may not open anything';
  if (room === 'webview' && other === 'report' && !one.typeOnly)
    return "webview may only import report's types";
  return null;
}

const sources = readSources();
const imports = sources.flatMap(importsOf);

describe('imports', () => {
  it('are found in every form', () => {
    const text = `
      import a, { type B } from './a.js';
      import {
        c,
      } from "pkg/sub";
      import type { D } from 'node:fs';
      import './effect.js';
      export * from '../up.js';
      // import x from 'comment'
      type E = typeof import('typed');
      const f = await import('lazy'), g = require('old');`;
    const found = importsOf({ path: 'src/models/x.ts', text });
    assert.deepEqual(
      found.map(({ specifier, typeOnly }) => [specifier, typeOnly]),
      [
        ['./a.js', false],
        ['pkg/sub', false],
        ['node:fs', true],
        ['../up.js', false],
        ['./effect.js', false],
        ['typed', true],
        ['lazy', false],
        ['old', false],
      ],
    );
  });

  it('know every room', () => {
    const rooms = new Set(sources.map(({ path }) => roomOf(path)));
    assert.deepEqual([...rooms].sort(), Object.keys(rules).sort());
  });

  it('break when a room is entered that is closed to another', () => {
    const from = (file: string, specifier: string) =>
      offence({ file, specifier, typeOnly: false, lazy: false });
    assert.match(from('src/editor/x.ts', '../measures/index.js') ?? '', /may not import measures/);
    assert.match(from('src/discovery/x.ts', '../models/open.js') ?? '', /may not open/);
    assert.match(from('src/measures/x.ts', 'node:fs') ?? '', /may not import node/);
    assert.match(from('src/worker/x.ts', 'vscode') ?? '', /may not import vscode/);
    assert.match(from('src/models/x.ts', 'onnxruntime-node') ?? '', /only in/);
    assert.equal(from('src/models/onnx/runtime.ts', 'onnxruntime-node'), null);
    assert.equal(from('src/ranking/x.ts', '../measures/index.js'), null);
  });

  it('stay inside the table', () => {
    const broken = imports.flatMap(one => {
      const why = offence(one);
      return why ? [`${one.file} imports ${one.specifier}: ${why}`] : [];
    });
    assert.deepEqual(broken, []);
  });

  it('load an ML runtime only when one is needed', () => {
    const runtimes = imports.filter(
      ({ specifier, typeOnly }) => !typeOnly && /^(onnxruntime|@tensorflow)/.test(specifier),
    );
    assert.ok(runtimes.length > 0, 'no import of a runtime was found');
    const engine = 'src/models/tfjs/engine.ts';
    const early = (all: Import[]) =>
      all.filter(({ lazy, typeOnly }) => !lazy && !typeOnly).map(({ file }) => file);
    assert.deepEqual(
      early(runtimes).filter(file => file !== engine),
      [],
    );
    // It gathers one of them, and is itself loaded when that is needed.
    assert.deepEqual(early(imports.filter(({ specifier }) => specifier === './engine.js')), []);
  });

  it('end in .js where they are relative', () => {
    const wrong = imports.filter(
      ({ specifier }) => specifier.startsWith('.') && !/\.(js|json|css)$/.test(specifier),
    );
    assert.deepEqual(wrong, []);
  });
});

describe('the extension host loads no ML code', () => {
  const heavy =
    /^(src\/(measures|numerics|predictions|preprocess|pipeline|worker)\/|.*\/open\.ts$)|node_modules\/(onnxruntime|sharp|@tensorflow|hyparquet|h5wasm|apache-arrow|fflate)/;

  it('in the bundle of the extension (needs the build)', () => {
    const { inputs, outputs } = readJson<{
      inputs: Record<string, unknown>;
      outputs: Record<string, { imports: { path: string }[] }>;
    }>('dist/extension.meta.json');
    assert.ok('src/extension.ts' in inputs);
    assert.deepEqual(
      Object.keys(inputs).filter(path => heavy.test(path)),
      [],
    );
    const external = Object.values(outputs).flatMap(output =>
      output.imports.map(({ path }) => path),
    );
    const unknown = external.filter(name => name !== 'vscode' && !isBuiltin(name));
    assert.deepEqual(unknown, []);
  });

  it('in what discovery loads', async () => {
    const { metafile } = await build({
      entryPoints: ['src/discovery/index.ts'],
      absWorkingDir: root,
      bundle: true,
      write: false,
      metafile: true,
      platform: 'node',
      packages: 'external',
      outfile: 'discovery.js',
    });
    assert.deepEqual(
      Object.keys(metafile.inputs).filter(path => heavy.test(path)),
      [],
    );
  });
});

describe('source files', () => {
  it('have at most 400 lines, tests and styles too', () => {
    const files = readSources(allFolders, /\.(m?tsx?|css)$/);
    const long = files.filter(({ text }) => text.trimEnd().split('\n').length > 400);
    assert.deepEqual(
      long.map(({ path }) => path),
      [],
    );
  });
});

function isBuiltin(name: string): boolean {
  return name.startsWith('node:') || builtinModules.includes(name);
}
