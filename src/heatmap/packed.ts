import type { Joint } from '../protocol/worker.js';
import { boundedJoint } from './bounded.js';

/** A joint as files hold it: its matrices deflated (zlib) and in base64, float32 and uint32 with the lowest byte first. */
export interface PackedJoint {
  model: string;
  targetClasses: string[];
  sourceClasses: string[];
  soft: string;
  hard: string;
  merged?: number;
}

/** What a file may hold of joints; plain numbers, as the first reports did, take five to ten times the room. */
export interface SavedJoints {
  joints?: readonly (Omit<PackedJoint, 'soft' | 'hard'> & { soft: number[]; hard: number[] })[];
  packedJoints?: readonly PackedJoint[];
}

type Saved = NonNullable<SavedJoints['joints']>[number] | PackedJoint;

/** Cells of all matrices in a file: a page that is mailed gets 2 MB by them, a report that opens again 40. */
export const cellsOfFile = { html: 400_000, json: 8_000_000 };

/** The joints of some models for a file, one after the other: only one is whole in memory. Each gets its part of the cells. */
export async function packJoints(
  models: readonly string[],
  jointOf: (model: string) => Promise<Joint | null>,
  cells: number,
): Promise<PackedJoint[]> {
  const packed: PackedJoint[] = [];
  for (const model of models) {
    const joint = await jointOf(model);
    if (joint) packed.push(await packJoint(joint, cells / models.length));
  }
  return packed;
}

/** One joint for a file, of at most so many cells. */
export async function packJoint(joint: Joint, cells: number): Promise<PackedJoint> {
  const { soft, hard, ...names } = boundedJoint(joint, cells);
  return { ...names, soft: await packed(soft), hard: await packed(hard) };
}

/** The joints of a file by model, each unpacked when it is first asked for; null where there is none or its size is not that of its classes. */
export function jointsIn({ joints = [], packedJoints = [] }: SavedJoints) {
  const found = new Map<string, Promise<Joint | null>>();
  const saved = new Map<string, Saved>(
    [...joints, ...packedJoints].map(joint => [joint.model, joint]),
  );
  return (model: string): Promise<Joint | null> => {
    const joint = saved.get(model);
    const unpacking = found.get(model) ?? (joint ? unpackJoint(joint) : Promise.resolve(null));
    found.set(model, unpacking);
    return unpacking;
  };
}

async function unpackJoint({ soft, hard, ...names }: Saved): Promise<Joint | null> {
  const size = names.targetClasses.length * names.sourceClasses.length;
  try {
    const joint = {
      ...names,
      soft: new Float32Array(typeof soft === 'string' ? await unpacked(soft, 4 * size) : soft),
      hard: new Uint32Array(typeof hard === 'string' ? await unpacked(hard, 4 * size) : hard),
    };
    return joint.soft.length === size && joint.hard.length === size ? joint : null;
  } catch {
    // Cut off, or changed by hand: the report is shown without it.
    return null;
  }
}

/** Bytes of one piece of base64: a multiple of three, and few enough to be the arguments of one call. */
const piece = 3 * 2 ** 13;

async function packed({ buffer, byteOffset, byteLength }: Float32Array | Uint32Array) {
  const values = new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
  const deflated = new Blob([values]).stream().pipeThrough(new CompressionStream('deflate'));
  const bytes = new Uint8Array(await new Response(deflated).arrayBuffer());
  const pieces = Array.from({ length: Math.ceil(bytes.length / piece) }, (_, k) =>
    btoa(String.fromCharCode(...bytes.subarray(k * piece, (k + 1) * piece))),
  );
  return pieces.join('');
}

/** What was packed; throws where it is not just so many bytes, and holds little more than them whatever a file claims. */
async function unpacked(text: string, size: number): Promise<ArrayBuffer> {
  const binary = atob(text);
  const deflated = new Uint8Array(binary.length);
  for (let k = 0; k < deflated.length; k++) deflated[k] = binary.charCodeAt(k);
  const reader = new Blob([deflated])
    .stream()
    .pipeThrough(new DecompressionStream('deflate'))
    .getReader();
  const bytes = new Uint8Array(size);
  let at = 0;
  for (let read = await reader.read(); read.value; read = await reader.read()) {
    bytes.set(read.value, at);
    at += read.value.length;
  }
  if (at < size) throw new RangeError(`${at} bytes of ${size}`);
  return bytes.buffer;
}
