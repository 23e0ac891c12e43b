import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { failure } from '../../protocol/notice.js';
import { detailOf } from '../wording.js';
import { registerMore } from './moreOperators.js';

export type Tf = typeof import('./engine.js');

let loaded: Promise<Tf> | undefined;

/** TensorFlow.js on its WebAssembly backend, loaded when it is first needed. */
export function loadTf(file: string): Promise<Tf> {
  loaded ??= start().catch(error => {
    loaded = undefined;
    throw failure('runtime.tfMissing', { file, detail: detailOf(error) }, error);
  });
  return loaded;
}

async function start(): Promise<Tf> {
  // Bundled it is a CommonJS module, whose exports Node hands out as its default.
  const module: Tf & { default?: Tf } = await import('./engine.js');
  const tf = module.default ?? module;
  tf.env().set('PROD', true);
  tf.setWasmPaths(wasmFolder() + sep);
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly backend does not start');
  await tf.ready();
  registerMore(tf);
  return tf;
}

/** Beside the bundle, or in the package where nothing is bundled. */
function wasmFolder(): string {
  if (existsSync(join(__dirname, 'tfjs-backend-wasm-simd.wasm'))) return __dirname;
  return dirname(createRequire(__filename).resolve('@tensorflow/tfjs-backend-wasm'));
}

/** What names the runtime in keys of the store and in reports. */
export function runtimeName({ version_core }: Tf): string {
  return `tfjs ${version_core} wasm`;
}
