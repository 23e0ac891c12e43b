import { fields, floats, integers, text, type WireField } from './wire.js';

/** A node of a graph or of a function's body. */
export interface Node {
  name: string;
  op: string;
  inputs: string[];
  attributes: Map<string, Attribute>;
}

/** A value of TensorFlow's AttrValue: the one that is set. */
export interface Attribute {
  s?: Uint8Array;
  i?: number;
  f?: number;
  b?: boolean;
  type?: number;
  shape?: (number | null)[] | null;
  tensor?: Uint8Array;
  func?: string;
  list?: { s: Uint8Array[]; i: number[]; f: number[]; b: boolean[]; type: number[] };
}

/** A function: the body that calls of it stand for. */
export interface FunctionDef {
  name: string;
  inputs: string[];
  outputs: string[];
  nodes: Node[];
  /** Tensor of the body that each output is. */
  returns: Map<string, string>;
}

export interface TensorInfo {
  key: string;
  /** Reference to the tensor in the graph: `node:0`. */
  tensor: string;
  type: number;
  shape: (number | null)[] | null;
}

export interface Signature {
  name: string;
  inputs: TensorInfo[];
  outputs: TensorInfo[];
}

/** What is used of a SavedModel's first graph that serves. */
export interface MetaGraph {
  tags: string[];
  nodes: Node[];
  functions: Map<string, FunctionDef>;
  signatures: Signature[];
  /** Node that restores the variables. */
  restore: string;
}

/** The graphs of `saved_model.pb`. Throws `WireError` where it is none. */
export function readSavedModel(bytes: Uint8Array): MetaGraph[] {
  const graphs: MetaGraph[] = [];
  for (const { number, bytes: payload } of fields(bytes))
    if (number === 2) graphs.push(metaGraph(payload));
  return graphs;
}

function metaGraph(bytes: Uint8Array): MetaGraph {
  const graph: MetaGraph = {
    tags: [],
    nodes: [],
    functions: new Map(),
    signatures: [],
    restore: '',
  };
  for (const field of fields(bytes)) {
    if (field.number === 1) graph.tags = strings(field.bytes, 4);
    else if (field.number === 2) graphDef(field.bytes, graph);
    else if (field.number === 3) [graph.restore = ''] = strings(field.bytes, 3);
    else if (field.number === 5) {
      const [name, value] = entry(field.bytes);
      graph.signatures.push(signature(name, value));
    }
  }
  return graph;
}

function graphDef(bytes: Uint8Array, graph: MetaGraph): void {
  for (const { number, bytes: payload } of fields(bytes)) {
    if (number === 1) graph.nodes.push(node(payload));
    else if (number === 2)
      for (const one of fields(payload))
        if (one.number === 1) {
          const made = functionDef(one.bytes);
          graph.functions.set(made.name, made);
        }
  }
}

function functionDef(bytes: Uint8Array): FunctionDef {
  const made: FunctionDef = { name: '', inputs: [], outputs: [], nodes: [], returns: new Map() };
  for (const { number, bytes: payload } of fields(bytes)) {
    if (number === 1)
      for (const part of fields(payload)) {
        if (part.number === 1) made.name = text(part.bytes);
        else if (part.number === 2) made.inputs.push(...strings(part.bytes, 1));
        else if (part.number === 3) made.outputs.push(...strings(part.bytes, 1));
      }
    else if (number === 3) made.nodes.push(node(payload));
    else if (number === 4) {
      const [output, tensor] = entry(payload);
      made.returns.set(output, text(tensor));
    }
  }
  return made;
}

function node(bytes: Uint8Array): Node {
  const made: Node = { name: '', op: '', inputs: [], attributes: new Map() };
  for (const { number, bytes: payload } of fields(bytes)) {
    if (number === 1) made.name = text(payload);
    else if (number === 2) made.op = text(payload);
    else if (number === 3) made.inputs.push(text(payload));
    else if (number === 5) {
      const [name, value] = entry(payload);
      made.attributes.set(name, attribute(value));
    }
  }
  return made;
}

function attribute(bytes: Uint8Array): Attribute {
  const made: Attribute = {};
  for (const field of fields(bytes)) {
    const { number, value, bytes: payload } = field;
    if (number === 1) made.list = list(payload);
    else if (number === 2) made.s = payload;
    else if (number === 3) made.i = value;
    else if (number === 4) [made.f] = floats(field);
    else if (number === 5) made.b = value !== 0;
    else if (number === 6) made.type = value;
    else if (number === 7) made.shape = shapeOf(payload);
    else if (number === 8) made.tensor = payload;
    else if (number === 10) [made.func] = strings(payload, 1);
  }
  return made;
}

function list(bytes: Uint8Array): NonNullable<Attribute['list']> {
  const made: NonNullable<Attribute['list']> = { s: [], i: [], f: [], b: [], type: [] };
  for (const field of fields(bytes)) {
    if (field.number === 2) made.s.push(field.bytes);
    else if (field.number === 3) made.i.push(...integers(field));
    else if (field.number === 4) made.f.push(...floats(field));
    else if (field.number === 5) made.b.push(...integers(field).map(Boolean));
    else if (field.number === 6) made.type.push(...integers(field));
  }
  return made;
}

/** Sizes of a TensorShapeProto, null where one is open; null where the rank is. */
export function shapeOf(bytes: Uint8Array): (number | null)[] | null {
  const dims: (number | null)[] = [];
  for (const { number, value, bytes: payload } of fields(bytes)) {
    if (number === 3 && value !== 0) return null;
    if (number !== 2) continue;
    let size = 0;
    for (const part of fields(payload)) if (part.number === 1) size = part.value;
    dims.push(size < 0 ? null : size);
  }
  return dims;
}

function signature(name: string, bytes: Uint8Array): Signature {
  const made: Signature = { name, inputs: [], outputs: [] };
  for (const { number, bytes: payload } of fields(bytes)) {
    if (number !== 1 && number !== 2) continue;
    const [key, value] = entry(payload);
    (number === 1 ? made.inputs : made.outputs).push(tensorInfo(key, value));
  }
  return made;
}

function tensorInfo(key: string, bytes: Uint8Array): TensorInfo {
  const made: TensorInfo = { key, tensor: '', type: 0, shape: [] };
  for (const { number, value, bytes: payload } of fields(bytes)) {
    if (number === 1) made.tensor = text(payload);
    else if (number === 2) made.type = value;
    else if (number === 3) made.shape = shapeOf(payload);
  }
  return made;
}

/** Key and value of a map's entry. */
function entry(bytes: Uint8Array): [string, Uint8Array] {
  let key = '';
  let value: Uint8Array = new Uint8Array(0);
  for (const field of fields(bytes)) {
    if (field.number === 1) key = text(field.bytes);
    else if (field.number === 2) value = field.bytes;
  }
  return [key, value];
}

function strings(bytes: Uint8Array, number: number): string[] {
  const of = (field: WireField) => (field.number === number ? [text(field.bytes)] : []);
  return [...fields(bytes)].flatMap(of);
}
