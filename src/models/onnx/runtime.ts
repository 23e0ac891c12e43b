import { failure, type TransferLensError } from '../../protocol/notice.js';
import { detailOf } from '../wording.js';

export type Ort = typeof import('onnxruntime-node');
export type Session = import('onnxruntime-node').InferenceSession;

/**
 * Loads ONNX Runtime when it is first needed. Its official builds report models and machine to their maker unless told not to
 * before they load.
 * @param file what cannot be used where the runtime cannot be loaded
 */
export async function loadRuntime(file: string): Promise<Ort> {
  process.env.ORT_DISABLE_TELEMETRY = '1';
  try {
    return halvesAsBits(await import('onnxruntime-node'));
  } catch (error) {
    throw failure('runtime.missing', { file, detail: detailOf(error) }, error);
  }
}

/**
 * Has the runtime keep half floats as bits. Where the engine has `Float16Array` (as that of VS Code), it would put them
 * into one, of which its native side reads no byte (onnxruntime 1.30.0). It asks once, at its first tensor.
 */
function halvesAsBits(ort: Ort): Ort {
  const half = Object.getOwnPropertyDescriptor(globalThis, 'Float16Array');
  if (!half) return ort;
  Reflect.deleteProperty(globalThis, 'Float16Array');
  try {
    new ort.Tensor('float32', new Float32Array(1), [1]);
  } finally {
    Object.defineProperty(globalThis, 'Float16Array', half);
  }
  return ort;
}

/** Words of ONNX Runtime around an operator's name: it is unknown, unknown in this version, or nothing computes it for these types. */
const unknownOperator =
  /(?:error: |Op registered for |implementation for )([\w.:]+?)(?:\(-?\d+\))? (?:is not a registered|with domain_version|node)/;

/** Why a session could not be made of a file: what it asks for is not there, or what the runtime says. */
export function loadFailure(file: string, error: unknown): TransferLensError {
  const detail = detailOf(error);
  const [, op] = unknownOperator.exec(detail) ?? [];
  return op === undefined
    ? failure('model.load', { file, detail }, error)
    : failure('model.operator', { file, op }, error);
}

/** Settings of every session. Spinning threads would heat a shared desktop for little. */
export function sessionOptions(threads: number, options: { arena: boolean; folder?: string }) {
  const { arena, folder } = options;
  return {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'all',
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    enableCpuMemArena: arena,
    // Errors are thrown with the same words; printed too, they would break into a terminal's progress line.
    logSeverityLevel: 4,
    extra: {
      session: {
        ...(threads > 1 ? { intra_op: { allow_spinning: '0' } } : {}),
        // A session made from bytes does not know where its weights lie.
        ...(folder === undefined ? {} : { model_external_initializers_file_folder_path: folder }),
      },
    },
  } as const;
}
