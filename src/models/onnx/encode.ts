/** Writes protobuf's wire format: just what a small ONNX graph needs. */
export class Message {
  private readonly parts: Uint8Array[] = [];

  int(field: number, value: number | bigint): this {
    this.parts.push(varint(BigInt(field) << 3n), varint(BigInt.asUintN(64, BigInt(value))));
    return this;
  }

  float(field: number, value: number): this {
    this.parts.push(
      varint((BigInt(field) << 3n) | 5n),
      new Uint8Array(Float32Array.of(value).buffer),
    );
    return this;
  }

  bytes(field: number, value: Uint8Array): this {
    this.parts.push(varint((BigInt(field) << 3n) | 2n), varint(BigInt(value.length)), value);
    return this;
  }

  string(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value));
  }

  message(field: number, value: Message): this {
    return this.bytes(field, value.finish());
  }

  finish(): Uint8Array {
    return Buffer.concat(this.parts);
  }
}

function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

/** ONNX's numbers of the tensor element types that are used here. */
const elementTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
} as const;
export type ElementType = keyof typeof elementTypes;

/** A constant tensor; `data` holds its little-endian values (halves as their bits). */
export interface TensorSpec {
  name: string;
  type: ElementType;
  dims: readonly number[];
  data: ArrayBufferView;
  /** File beside the model that holds the values instead of the model itself. */
  external?: { location: string; offset: number };
}

/** A graph input or output; a dimension that is a name is dynamic, null leaves it unsaid. */
export interface ValueSpec {
  name: string;
  type?: ElementType;
  dims?: readonly (number | string | null)[];
}

/** Plain numbers are ints, `{ float }` is a float. */
export type AttributeSpec = number | readonly number[] | string | { float: number } | TensorSpec;

export interface NodeSpec {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  name?: string;
  domain?: string;
  attributes?: Readonly<Record<string, AttributeSpec>>;
}

export interface ModelSpec {
  nodes: readonly NodeSpec[];
  initializers?: readonly TensorSpec[];
  inputs?: readonly ValueSpec[];
  outputs: readonly ValueSpec[];
  /** Leave it out, with `irVersion`, for a piece that is appended to a whole model. */
  opset?: number;
  irVersion?: number;
  producer?: string;
  /** Versions of further operator domains. */
  domains?: Readonly<Record<string, number>>;
  metadata?: Readonly<Record<string, string>>;
}

/** The bytes of an ONNX `ModelProto`. */
export function encodeModel(spec: ModelSpec): Uint8Array {
  const model = new Message();
  if (spec.irVersion !== undefined) model.int(1, spec.irVersion);
  if (spec.producer !== undefined) model.string(2, spec.producer);
  const graph = new Message();
  for (const node of spec.nodes) graph.message(1, encodeNode(node));
  if (spec.opset !== undefined) graph.string(2, 'graph');
  for (const tensor of spec.initializers ?? []) graph.message(5, encodeTensor(tensor));
  for (const value of spec.inputs ?? []) graph.message(11, encodeValue(value));
  for (const value of spec.outputs) graph.message(12, encodeValue(value));
  model.message(7, graph);
  const opsets = { ...(spec.opset === undefined ? {} : { '': spec.opset }), ...spec.domains };
  for (const [domain, version] of Object.entries(opsets))
    model.message(8, new Message().string(1, domain).int(2, version));
  for (const [key, value] of Object.entries(spec.metadata ?? {}))
    model.message(14, new Message().string(1, key).string(2, value));
  return model.finish();
}

function encodeNode(spec: NodeSpec): Message {
  const node = new Message();
  for (const name of spec.inputs) node.string(1, name);
  for (const name of spec.outputs) node.string(2, name);
  if (spec.name !== undefined) node.string(3, spec.name);
  node.string(4, spec.op);
  for (const [name, value] of Object.entries(spec.attributes ?? {}))
    node.message(5, encodeAttribute(name, value));
  if (spec.domain !== undefined) node.string(7, spec.domain);
  return node;
}

function encodeAttribute(name: string, value: AttributeSpec): Message {
  const attribute = new Message().string(1, name);
  if (typeof value === 'number') return attribute.int(3, value).int(20, 2);
  if (typeof value === 'string') return attribute.string(4, value).int(20, 3);
  if ('float' in value) return attribute.float(2, value.float).int(20, 1);
  if ('dims' in value) return attribute.message(5, encodeTensor(value)).int(20, 4);
  for (const item of value) attribute.int(8, item);
  return attribute.int(20, 7);
}

function encodeTensor({ name, type, dims, data, external }: TensorSpec): Message {
  const tensor = new Message();
  for (const dim of dims) tensor.int(1, dim);
  tensor.int(2, elementTypes[type]).string(8, name);
  if (!external)
    return tensor.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return putOutside(tensor, external.location, external.offset, data.byteLength);
}

/** Says of a TensorProto that its values lie in a file beside the model. */
export function putOutside(
  tensor: Message,
  location: string,
  offset: number,
  length: number,
): Message {
  const entries = { location, offset: String(offset), length: String(length) };
  for (const [key, value] of Object.entries(entries))
    tensor.message(13, new Message().string(1, key).string(2, value));
  return tensor.int(14, 1);
}

function encodeValue({ name, type = 'float32', dims }: ValueSpec): Message {
  const tensorType = new Message().int(1, elementTypes[type]);
  if (dims) {
    const shape = new Message();
    for (const dim of dims) {
      const dimension = new Message();
      if (typeof dim === 'number') dimension.int(1, dim);
      else if (dim !== null) dimension.string(2, dim);
      shape.message(1, dimension);
    }
    tensorType.message(2, shape);
  }
  return new Message().string(1, name).message(2, new Message().message(1, tensorType));
}
