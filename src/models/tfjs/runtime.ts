import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { failure } from '../../protocol/notice.js';
import { detailOf } from '../wording.js';
import { registerMoreLayers } from './moreLayers.js';
import { registerMore } from './moreOperators.js';
import { loadNative } from './native.js';
import type { Engine, Tf } from './tf.js';
import { mendPadding } from './wasmPadding.js';

let loaded: Promise<Tf> | undefined;

/**
 * TensorFlow.js, loaded when it is first needed: on TensorFlow itself where the user has @tensorflow/tfjs-node, else on its
 * WebAssembly backend, which has one thread.
 */
export function loadTf(file: string, threads: number): Promise<Tf> {
  loaded ??= start(threads).catch(error => {
    loaded = undefined;
    throw failure('runtime.tfMissing', { file, detail: detailOf(error) }, error);
  });
  return loaded;
}

async function start(threads: number): Promise<Tf> {
  const tf = loadNative(threads) ?? (await startWasm());
  tf.env().set('PROD', true);
  registerMore(tf);
  registerMoreLayers(tf);
  return tf;
}

async function startWasm(): Promise<Tf> {
  // Bundled it is a CommonJS module, whose exports Node hands out as its default.
  const module: Engine & { default?: Engine } = await import('./engine.js');
  const tf = module.default ?? module;
  tf.setWasmPaths(wasmFolder() + sep);
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend does not start');
  await tf.ready();
  mendPadding(tf);
  return tf;
}

/** Beside the bundle, or in the package where nothing is bundled. */
function wasmFolder(): string {
  if (existsSync(join(__dirname, 'tfjs-backend-wasm-simd.wasm'))) return __dirname;
  return dirname(createRequire(__filename).resolve('@tensorflow/tfjs-backend-wasm'));
}

/** What names the runtime in keys of the store and in reports. */
export function runtimeName({ version_core, native }: Tf): string {
  return native
    ? `tfjs-node ${version_core} TensorFlow ${native.version}`
    : `tfjs ${version_core} wasm`;
}
