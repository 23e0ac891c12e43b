import { createRequire } from 'node:module';
import { delimiter, isAbsolute, join } from 'node:path';
import util from 'node:util';
import { nativeFolders } from '../../protocol/worker.js';
import type { Native, Tf } from './tf.js';

/** The package's exports, as far as they differ from those of its parts. */
type Package = Omit<Tf, 'layersModel' | 'native' | 'backend'> & {
  model: Tf['layersModel'];
  node: Pick<Native, 'loadSavedModel'>;
  backend(): { binding?: { TF_Version?: string } };
};

/** TensorFlow.js on TensorFlow itself; null where it is not installed, or does not load on this machine. */
export function loadNative(threads: number): Tf | null {
  const require = resolver();
  if (!require) return null;
  // Read when TensorFlow starts: its threads, and none of its lines on the terminal.
  process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  process.env.TF_NUM_INTEROP_THREADS = '1';
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  // It calls what Node 23 took away.
  const utilities: Record<string, unknown> = util;
  utilities.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  utilities.isArray ??= Array.isArray;
  try {
    const tf: Package = require(packageName);
    const version = tf.backend().binding?.TF_Version ?? 'unknown';
    const { loadSavedModel } = tf.node;
    return Object.assign(Object.create(tf), {
      layersModel: tf.model,
      native: { version, loadSavedModel },
    });
  } catch (error) {
    // Its log says why; the model runs all the same, at a third of the speed.
    console.error(`${require.resolve(packageName)}: ${String(error).split('\n')[0]}`);
    return null;
  }
}

const packageName = '@tensorflow/tfjs-node';

/** What loads from the first folder that has the package. */
function resolver(): NodeRequire | null {
  for (const folder of (process.env[nativeFolders] ?? '').split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    const require = createRequire(join(folder, 'any.js'));
    try {
      require.resolve(packageName);
      return require;
    } catch {
      // Not here: the next.
    }
  }
  return null;
}
