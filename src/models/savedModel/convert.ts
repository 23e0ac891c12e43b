import type { ModelJson } from '../tfjs/artifacts.js';
import type { Bundle } from './bundle.js';
import { type FlatNode, Flattened } from './flatten.js';
import type { MetaGraph, Signature, TensorInfo } from './messages.js';
import type { Values } from './tensor.js';
import { WireError } from './wire.js';

/** A SavedModel as TensorFlow.js's graph format, in memory. */
export interface Converted {
  modelTopology: ModelJson['modelTopology'];
  signature: NonNullable<ModelJson['signature']>;
  weightSpecs: { name: string; shape: number[]; dtype: Values['dtype'] }[];
  weightData: ArrayBuffer;
  /** Trained weights: constants of the graph are none. */
  parameters: number;
}

/** The signature that serves: by its usual names, or the only one. */
export function servingSignature({ signatures }: MetaGraph): Signature | null {
  const usable = signatures.filter(
    ({ inputs, outputs }) => inputs.length > 0 && outputs.length > 0,
  );
  return (
    usable.find(({ name }) => name === 'serving_default') ??
    usable.find(({ name }) => name === 'serve') ??
    usable[0] ??
    null
  );
}

/** Replaces calls and variables, and keeps what the signature's outputs are made of. Throws `WireError`. */
export async function convert(
  graph: MetaGraph,
  signature: Signature,
  bundle: Bundle | null,
): Promise<Converted> {
  const flat = new Flattened(graph);
  const made = signature.outputs.map(({ key, tensor }) => ({ key, from: flat.tensor(tensor) }));
  const taken = new Set(flat.nodes.map(({ name }) => name));
  // An output may be called as the node that makes it, as of TensorFlow 1: two nodes of one name are none.
  const ends = made.map(({ key, from }) =>
    taken.has(key) && key !== from ? `${key}/output` : key,
  );
  const outputs = made.flatMap(({ from }, k) =>
    ends[k] === from ? [] : { name: ends[k], op: 'Identity', attr: {}, input: [from] },
  );
  const nodes = reached([...flat.nodes, ...outputs], ends);
  const names = new Set(nodes.map(({ name }) => name));
  const weights = new Map<string, Values>();
  for (const [name, values] of flat.constants) if (names.has(name)) weights.set(name, values);
  const keys = flat.checkpointKeys();
  let parameters = 0;
  for (const [variable, name] of flat.reads) {
    if (!names.has(name)) continue;
    const values = await bundle?.read(keys.get(variable) ?? variable);
    if (!values) throw new WireError(`variable "${variable}" has no value`);
    weights.set(name, values);
    if (values.dtype === 'float32') parameters += values.data.length;
  }
  const { specs, data } = packed(weights);
  for (const { name, op } of nodes)
    if (op === 'Const' && !weights.has(name))
      throw new WireError(`constant "${name}" is no number`);
  return {
    modelTopology: {
      node: nodes.map(node => ({ ...node })),
      library: {},
      versions: { producer: 1 },
    },
    signature: {
      inputs: Object.fromEntries(signature.inputs.map(info => [info.key, infoJson(info)])),
      outputs: Object.fromEntries(
        signature.outputs.map((info, k) => [info.key, { ...infoJson(info), name: `${ends[k]}:0` }]),
      ),
    },
    weightSpecs: specs,
    weightData: data,
    parameters,
  };
}

function infoJson({ tensor, type, shape }: TensorInfo) {
  const dim = shape?.map(size => ({ size: size ?? -1 }));
  return { name: tensor, dtype: type, ...(dim ? { tensorShape: { dim } } : {}) };
}

/** Nodes that those of these names are made of, in the order in which they were. */
function reached(nodes: readonly FlatNode[], ends: readonly string[]): FlatNode[] {
  const byName = new Map(nodes.map(node => [node.name, node]));
  const seen = new Set(ends);
  for (const name of seen)
    for (const input of byName.get(name)?.input ?? []) seen.add(input.replace(/:\d+$/, ''));
  return nodes.filter(({ name }) => seen.has(name));
}

function packed(weights: ReadonlyMap<string, Values>) {
  const parts = [...weights.values()].map(
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  const specs = [...weights].map(([name, { shape, dtype }]) => ({ name, shape, dtype }));
  return { specs, data: all.buffer };
}
