import { featureName, type Producers, producersOf } from './choose.js';
import { encodeModel, type NodeSpec } from './encode.js';
import type { GraphNode, GraphValue, ModelGraph } from './graph.js';

/** How penultimate features leave a model: as an output that it has, or as one that is added to its bytes. */
export interface FeatureTap {
  /** The tensor they are taken from: what is shown, and what a user may name. */
  tensor: string;
  /** The output to fetch. */
  output: string;
  /**
   * Bytes to append to the model's, or null when `output` is there already. Protobuf merges the repeated fields of
   * concatenated messages, so a piece of a model with more nodes and an output extends the graph without re-encoding it.
   */
  tail: Uint8Array | null;
}

/** Operators between the head and the output that keep "scores of the classes": walked back through by their first input. */
const passed = new Set(
  (
    'Softmax LogSoftmax Sigmoid HardSigmoid Identity Cast Flatten Reshape Squeeze Unsqueeze Dropout Transpose ' +
    'QuantizeLinear DequantizeLinear Relu Clip LeakyRelu QLinearSoftmax QLinearSigmoid QLinearAdd'
  ).split(' '),
);
const pooling = new Set(
  'GlobalAveragePool GlobalMaxPool AveragePool MaxPool ReduceMean QLinearGlobalAveragePool QLinearAveragePool'.split(
    ' ',
  ),
);
const binary = new Set(['Add', 'Sub', 'Mul', 'Div']);
/** Heads, and which input their weight is. */
const heads: Readonly<Record<string, number>> = {
  Gemm: 1,
  MatMul: 1,
  Conv: 1,
  FusedGemm: 1,
  FusedMatMul: 1,
  FusedConv: 1,
  QGemm: 3,
  QLinearMatMul: 3,
  QLinearConv: 3,
  MatMulInteger: 1,
  ConvInteger: 1,
  MatMulIntegerToFloat: 1,
  DynamicQuantizeMatMul: 1,
};

/**
 * The penultimate features of a classifier: the input of its last linear layer (for a convolution, averaged over space).
 * @returns null when the graph's end is not one head with constant weights
 */
export function findFeatures(graph: ModelGraph, output: string): FeatureTap | null {
  const producers = producersOf(graph);
  const head = findHead(graph, producers, output);
  if (!head) return namedFeatures(graph, output);
  const nodes: NodeSpec[] = [];
  const [quantized, scale, zero] = head.inputs;
  let tensor = quantized;
  // The float values before quantisation, where the graph has them.
  for (let made = producers.get(tensor); /^(Dynamic)?QuantizeLinear$/.test(made?.op ?? ''); ) {
    tensor = made!.inputs[0];
    made = producers.get(tensor);
  }
  if (!tensor || isConstant(tensor, graph, producers)) return null;
  const there = graph.outputs.find(({ name }) => name === tensor);
  if (there && isRows(there)) return { tensor, output: tensor, tail: null };
  let x = tensor;
  const step = (op: string, more: string[], attributes?: NodeSpec['attributes']) => {
    const next = `${tensor}/transferlens/${op}`;
    nodes.push({
      op,
      inputs: [x, ...more],
      outputs: [next],
      ...(attributes ? { attributes } : {}),
    });
    x = next;
  };
  const integerHead = /^(QGemm|QLinear)/.test(head.op);
  if (integerHead && tensor === quantized)
    step('DequantizeLinear', [scale, ...(zero ? [zero] : [])]);
  // A cast that changes nothing costs nothing; without it a half-precision model has an output of another type than said.
  step('Cast', [], { to: 1 });
  if (/Conv/.test(head.op)) step('GlobalAveragePool', []);
  step('Flatten', [], { axis: 1 });
  return { tensor, output: x, tail: encodeModel({ nodes, outputs: [{ name: x }] }) };
}

/** Whether an output is a sigmoid of something, whatever reshapes it afterwards. */
export function endsInSigmoid(graph: ModelGraph, output: string): boolean {
  const producers = producersOf(graph);
  let node = producers.get(output);
  while (node && /^(Identity|Cast|Reshape|Squeeze|Unsqueeze|Flatten)$/.test(node.op))
    node = producers.get(node.inputs[0]);
  return node?.op === 'Sigmoid';
}

/**
 * The features that a user named, whatever tensor of the graph they are; null when there is no such tensor.
 * Their rank is not known here: run.ts averages over space where there is any.
 */
export function namedTensor(graph: ModelGraph, tensor: string): FeatureTap | null {
  const there = graph.outputs.find(({ name }) => name === tensor);
  if (there?.type === 1) return { tensor, output: tensor, tail: null };
  if (!producersOf(graph).has(tensor)) return null;
  const output = `${tensor}/transferlens/Cast`;
  const nodes = [{ op: 'Cast', inputs: [tensor], outputs: [output], attributes: { to: 1 } }];
  return { tensor, output, tail: encodeModel({ nodes, outputs: [{ name: output }] }) };
}

/** An output that calls itself features, for heads that are no plain linear layer. */
function namedFeatures(graph: ModelGraph, output: string): FeatureTap | null {
  const found = graph.outputs.find(
    value => value.name !== output && isRows(value) && featureName.test(value.name),
  );
  return found ? { tensor: found.name, output: found.name, tail: null } : null;
}

function isRows({ type, dims }: GraphValue): boolean {
  return type === 1 && dims?.length === 2;
}

function findHead(graph: ModelGraph, producers: Producers, output: string): GraphNode | null {
  const constant = (name: string) => isConstant(name, graph, producers);
  const walk = (tensor: string, pooled: boolean): GraphNode | null => {
    const node = producers.get(tensor);
    if (!node) return null;
    const weight = heads[node.op];
    if (weight !== undefined) {
      // A linear layer on many positions, averaged afterwards: its input is no vector for each image.
      if (pooled && !/Conv/.test(node.op)) return null;
      return constant(node.inputs[weight]) ? node : null;
    }
    if (passed.has(node.op)) return walk(node.inputs[0], pooled);
    if (pooling.has(node.op)) return walk(node.inputs[0], true);
    if (!binary.has(node.op)) return null;
    const branches = node.inputs.filter(name => !constant(name));
    if (branches.length === 1) return walk(branches[0], pooled);
    // Dynamic quantisation multiplies an integer head's result by scales that depend on the input.
    if (node.op !== 'Mul') return null;
    const integer = branches
      .map(name => walk(name, pooled))
      .filter(head => head !== null && /Integer$/.test(head.op));
    return integer.length === 1 ? integer[0] : null;
  };
  return walk(output, false);
}

/** Whether a tensor is the same for every image: an initialiser, or computed from nothing else. */
function isConstant(tensor: string, graph: ModelGraph, producers: Producers): boolean {
  const seen = new Set([tensor]);
  for (const name of seen) {
    if (name === '' || graph.initializers.has(name)) continue;
    const node = producers.get(name);
    if (!node) return false;
    for (const input of node.inputs) seen.add(input);
  }
  return true;
}
