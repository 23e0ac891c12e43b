import type { ModelJson, TfNode } from './artifacts.js';

type Topology = ModelJson['modelTopology'];

/** Operators in which the converter folds what follows a linear layer, and the layer itself. */
const linear: Record<string, string> = {
  _FusedConv2D: 'Conv2D',
  _FusedMatMul: 'MatMul',
  FusedDepthwiseConv2dNative: 'DepthwiseConv2dNative',
};
/** What TensorFlow.js computes within one, after a bias. */
const within = new Set(['Relu', 'Relu6', 'Elu', 'Prelu', 'LeakyRelu', 'Sigmoid']);
/** How many tensors each step takes besides the data. */
const taken: Record<string, number> = { BiasAdd: 1, Add: 1, Prelu: 1, FusedBatchNorm: 4 };
const called: Record<string, string> = { Add: 'AddV2', FusedBatchNorm: 'FusedBatchNormV3' };

/** Names of the steps that were folded into an operator, in their order: `['BiasAdd', 'Relu']`. */
export function foldedInto({ op, attr }: TfNode): string[] {
  if (!(op in linear)) return [];
  const { fused_ops } = (attr ?? {}) as { fused_ops?: { list?: { s?: string[] } } };
  return (fused_ops?.list?.s ?? []).map(name => Buffer.from(name, 'base64').toString());
}

/**
 * A graph in which TensorFlow.js can run every fused operator: the converter lets TensorFlow fold more into one than TensorFlow.js
 * knows (tanh, GELU, hard swish, an addition), which it refuses, or, without a bias, leaves out without a word.
 */
export function withoutUnknownFusions(topology: Topology): Topology {
  const { node, library } = topology;
  return {
    ...topology,
    ...(node && { node: allUnfolded(node) }),
    ...(library?.function && {
      library: {
        ...library,
        function: library.function.map(one => ({ ...one, nodeDef: allUnfolded(one.nodeDef) })),
      },
    }),
  };
}

function allUnfolded(nodes: readonly TfNode[]): TfNode[] {
  const ranks = new Map(nodes.map(node => [node.name, rankOf(node)]));
  return nodes.flatMap(node => unfolded(node, name => ranks.get(name.replace(/:\d+$/, ''))));
}

/** Number of axes of a constant; undefined of anything else. */
function rankOf({ op, attr }: TfNode): number | undefined {
  if (op !== 'Const') return undefined;
  const { value } = (attr ?? {}) as { value?: { tensor?: { tensorShape?: { dim?: unknown[] } } } };
  return value?.tensor?.tensorShape?.dim?.length;
}

function unfolded(node: TfNode, rank: (tensor: string) => number | undefined): TfNode[] {
  const steps = foldedInto(node);
  if (steps.length === 0) return [node];
  const [data, weight, ...more] = (node.input ?? []).filter(name => !name.startsWith('^'));
  const [first, second, ...rest] = steps;
  // The converter calls any sum a bias: statistics as they are shaped, [1, 1, 1, channels], and in a recurrent layer another product.
  const isBias = rank(more[0] ?? '') === 1;
  const known = first === 'BiasAdd' && isBias && (second === undefined || within.has(second));
  if (known && rest.length === 0) {
    // Early converters counted the activation as an argument, at which TensorFlow.js stops.
    const num_args = { i: String(more.length) };
    return [{ ...node, attr: { ...(node.attr as object), num_args } }];
  }
  const { fused_ops, num_args, ...attr } = node.attr as Record<string, unknown>;
  const made = [{ name: `${node.name}/linear`, op: linear[node.op], input: [data, weight], attr }];
  for (const [k, step] of steps.entries()) {
    const last = k === steps.length - 1;
    made.push({
      name: last ? node.name : `${node.name}/${step}`,
      op: step === 'BiasAdd' && !isBias ? 'AddV2' : (called[step] ?? step),
      input: [made[k].name, ...more.splice(0, taken[step] ?? 0)],
      attr: {
        T: attr.T,
        epsilon: attr.epsilon,
        alpha: attr.leakyrelu_alpha,
        is_training: { b: false },
      },
    });
  }
  return made;
}
