/** An operator as the search for the head sees it. */
export interface Step {
  op: string;
  /** What it is made of, the data first. */
  inputs: readonly string[];
}

const passed = new Set(
  (
    'Softmax LogSoftmax Sigmoid Identity Cast Reshape Squeeze ExpandDims BiasAdd Relu Relu6 Elu Dropout ' +
    'Activation Flatten BatchNormalization ReLU StatefulPartitionedCall StopGradient PreventGradient'
  ).split(' '),
);
const pooling = new Set(
  'Mean Max AvgPool MaxPool GlobalAveragePooling2D GlobalMaxPooling2D AveragePooling2D MaxPooling2D'.split(
    ' ',
  ),
);
const binary = new Set(['Add', 'AddV2', 'Sub', 'Mul', 'RealDiv']);
/** What is no step when a model only predicts. */
const nothing = /^(Dropout|Identity|StopGradient|PreventGradient)$/;
/** Linear layers. Their weight is the second input where it is a tensor of the graph, and their own otherwise. */
const heads = new Set(
  'MatMul _FusedMatMul Conv2D _FusedConv2D FusedConv2D BatchMatMulV2 Dense'.split(' '),
);

/**
 * The input of the last linear layer before an output: its penultimate features.
 * @returns its name and whether it is a map of positions, to be averaged; null where the end is not one linear layer
 */
export function findHead(
  output: string,
  stepOf: (tensor: string) => Step | null,
  isConstant: (tensor: string) => boolean,
): { features: string; map: boolean } | null {
  let pooled = false;
  for (let tensor = output, left = 1000; left > 0; left--) {
    const step = stepOf(tensor);
    if (!step) return null;
    const [data, weight] = step.inputs;
    if (heads.has(step.op)) {
      const convolution = /Conv/.test(step.op);
      if (pooled && !convolution) return null;
      if (weight !== undefined && !isConstant(weight)) return null;
      return { features: kept(data, stepOf), map: convolution };
    }
    if (pooling.has(step.op)) pooled = true;
    else if (binary.has(step.op)) {
      const branches = step.inputs.filter(name => !isConstant(name));
      if (branches.length !== 1) return null;
      tensor = branches[0];
      continue;
    } else if (!passed.has(step.op)) return null;
    tensor = data;
  }
  return null;
}

function kept(tensor: string, stepOf: (tensor: string) => Step | null): string {
  const step = stepOf(tensor);
  return step && nothing.test(step.op) ? kept(step.inputs[0], stepOf) : tensor;
}
