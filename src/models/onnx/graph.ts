import { type Field, MalformedError, type ProtoReader, TruncatedError } from './protobuf.js';

/** A graph input, output or declared intermediate: its element type and shape as far as they are stated. */
export interface GraphValue {
  name: string;
  /** ONNX's number of the element type; 0: not a tensor, or not stated. */
  type: number;
  /** A number is fixed, a name or null is dynamic; null for the whole where the rank itself is not stated. */
  dims: readonly (number | string | null)[] | null;
}

export interface GraphNode {
  op: string;
  domain: string;
  inputs: readonly string[];
  outputs: readonly string[];
}

/** A file beside the model that holds weights, and the bytes it must have at least. */
export interface ExternalFile {
  location: string;
  bytes: number;
}

/** What an ONNX file says of its graph; no weight is read. */
export interface ModelGraph {
  irVersion: number;
  /** Version of the default operator set. */
  opset: number;
  producer: string;
  metadata: Readonly<Record<string, string>>;
  inputs: readonly GraphValue[];
  outputs: readonly GraphValue[];
  values: ReadonlyMap<string, GraphValue>;
  initializers: ReadonlySet<string>;
  nodes: readonly GraphNode[];
  external: readonly ExternalFile[];
  /** Elements of all weights; whole numbers of 32 and 64 bits, which are shapes and axes, are none. */
  parameters: number;
}

/** ONNX's numbers of INT32, INT64, UINT32 and UINT64. */
const integerTypes = new Set([6, 7, 12, 13]);

/** Wire types of ModelProto's fields: anything else at the top is not an ONNX file. */
const topLevel: Readonly<Record<number, number>> = {
  1: 0, // ir_version
  2: 2, // producer_name
  3: 2, // producer_version
  4: 2, // domain
  5: 0, // model_version
  6: 2, // doc_string
  7: 2, // graph
  8: 2, // opset_import
  14: 2, // metadata_props
  20: 2, // training_info
  25: 2, // functions
  26: 2, // configuration
};

/** A reading of a file that failed: how far it had come to look like ONNX. */
export class NotReadError extends Error {
  constructor(
    /** True once the file has stated a believable IR version. */
    readonly looksLikeOnnx: boolean,
    cause: MalformedError,
  ) {
    super(cause.message, { cause });
  }
}

/**
 * Reads the header and the graph of an ONNX file (onnx.proto3's ModelProto).
 * Throws `NotReadError`.
 */
export async function readGraph(reader: ProtoReader): Promise<ModelGraph> {
  const parser = new GraphParser(reader);
  try {
    await parser.model();
    return parser.graph;
  } catch (error) {
    if (!(error instanceof MalformedError)) throw error;
    const { irVersion } = parser.graph;
    throw new NotReadError(irVersion > 0 && irVersion < 1000, error);
  }
}

class GraphParser {
  private readonly external = new Map<string, number>();
  private readonly values = new Map<string, GraphValue>();
  private readonly initializers = new Set<string>();
  private readonly nodes: GraphNode[] = [];
  private readonly inputs: GraphValue[] = [];
  private readonly outputs: GraphValue[] = [];
  private header = { irVersion: 0, opset: 0, producer: '' };
  private readonly metadata: Record<string, string> = {};
  private parameters = 0;

  constructor(private readonly reader: ProtoReader) {}

  get graph(): ModelGraph {
    const { inputs, outputs, values, initializers, nodes, metadata, parameters } = this;
    const external = [...this.external].map(([location, bytes]) => ({ location, bytes }));
    return {
      ...this.header,
      ...{ metadata, inputs, outputs, values, initializers, nodes, external, parameters },
    };
  }

  async model(): Promise<void> {
    const { reader } = this;
    let graphs = 0;
    let opsets = 0;
    await reader.each({ start: 0, end: reader.size }, async field => {
      if (topLevel[field.number] !== field.wire) throw new MalformedError('not a ModelProto');
      if (field.number === 1) this.header.irVersion = field.value;
      if (field.number === 2) this.header.producer = await reader.string(field);
      if (field.number === 7) graphs += 1;
      if (field.number === 7) await this.body(field, this.nodes);
      if (field.number === 8) opsets += 1;
      if (field.number === 8) await this.opset(field);
      if (field.number === 14) {
        const [key, value] = await this.pair(field);
        this.metadata[key] = value;
      }
    });
    // Every exporter writes both; a file that was cut between two fields lacks one.
    if (graphs === 0) throw new TruncatedError('no graph');
    if (opsets === 0 && this.header.irVersion >= 3) throw new TruncatedError('no operator set');
  }

  /** GraphProto; its nodes go to `nodes`. Fields that are given twice are merged, as protobuf does. */
  private async body(graph: Field, nodes: GraphNode[] | null): Promise<void> {
    await this.reader.each(graph, field => {
      if (field.number === 1) return this.node(field, nodes);
      if (field.number === 5) return this.tensor(field, nodes !== null);
      if (field.number === 15) return this.sparse(field);
      if (!nodes) return;
      if (field.number === 11) return this.value(field, this.inputs);
      if (field.number === 12) return this.value(field, this.outputs);
      if (field.number === 13) return this.value(field, []);
    });
  }

  private async node(message: Field, nodes: GraphNode[] | null): Promise<void> {
    const { reader } = this;
    const inputs: string[] = [];
    const outputs: string[] = [];
    let op = '';
    let domain = '';
    await reader.each(message, async field => {
      if (field.number === 1) inputs.push(await reader.string(field));
      if (field.number === 2) outputs.push(await reader.string(field));
      if (field.number === 4) op = await reader.string(field);
      if (field.number === 5) await this.attribute(field);
      if (field.number === 7) domain = await reader.string(field);
    });
    nodes?.push({ op, domain, inputs, outputs });
  }

  /** Attributes matter only for weights outside the file: in a constant's tensor or in a sub-graph. */
  private attribute(message: Field): Promise<void> {
    return this.reader.each(message, field => {
      if (field.number === 5 || field.number === 10) return this.tensor(field, false);
      if (field.number === 6 || field.number === 11) return this.body(field, null);
    });
  }

  private sparse(message: Field): Promise<void> {
    return this.reader.each(message, field => {
      if (field.number === 1) return this.tensor(field, true);
    });
  }

  private async tensor(message: Field, isInitializer: boolean): Promise<void> {
    const { reader } = this;
    let name = '';
    let elements = 1;
    let type = 0;
    const external: Record<string, string> = {};
    await reader.each(message, async field => {
      if (field.number === 1)
        for (const dim of await reader.integers(field)) elements *= Math.max(0, dim);
      if (field.number === 2) type = field.value;
      if (field.number === 8) name = await reader.string(field);
      if (field.number === 13) {
        const [key, value] = await this.pair(field);
        external[key] = value;
      }
    });
    if (isInitializer) this.initializers.add(name);
    if (isInitializer && !integerTypes.has(type)) this.parameters += elements;
    const { location, offset, length } = external;
    if (location === undefined) return;
    const bytes = (Number(offset) || 0) + (Number(length) || 0);
    this.external.set(location, Math.max(bytes, this.external.get(location) ?? 0));
  }

  private async value(message: Field, list: GraphValue[]): Promise<void> {
    const { reader } = this;
    let name = '';
    let type = 0;
    let dims: GraphValue['dims'] = null;
    await reader.each(message, async field => {
      if (field.number === 1) name = await reader.string(field);
      if (field.number !== 2) return;
      await reader.each(field, async kind => {
        if (kind.number !== 1) return;
        await reader.each(kind, async part => {
          if (part.number === 1) type = part.value;
          if (part.number === 2) dims = await this.shape(part);
        });
      });
    });
    const value = { name, type, dims };
    list.push(value);
    this.values.set(name, value);
  }

  private async shape(message: Field): Promise<(number | string | null)[]> {
    const { reader } = this;
    const dims: (number | string | null)[] = [];
    await reader.each(message, async field => {
      if (field.number !== 1) return;
      let dim: number | string | null = null;
      await reader.each(field, async part => {
        // Some exporters write 0 or -1 for a dimension that they do not know.
        if (part.number === 1) dim = part.value > 0 ? part.value : null;
        if (part.number === 2) dim = await reader.string(part);
      });
      dims.push(dim);
    });
    return dims;
  }

  private async opset(message: Field): Promise<void> {
    let domain = '';
    let version = 0;
    await this.reader.each(message, async field => {
      if (field.number === 1) domain = await this.reader.string(field);
      if (field.number === 2) version = field.value;
    });
    if (domain === '' || domain === 'ai.onnx') this.header.opset = version;
  }

  private async pair(message: Field): Promise<[string, string]> {
    let key = '';
    let value = '';
    await this.reader.each(message, async field => {
      if (field.number === 1) key = await this.reader.string(field);
      if (field.number === 2) value = await this.reader.string(field);
    });
    return [key, value];
  }
}
