/** An operator as the search for the head sees it. */
export interface Step {
  op: string;
  /** What it is made of, the data first. */
  inputs: readonly string[];
  /** What it does to its own result at once, in order: a bias, an activation. */
  folded: readonly string[];
}

const words = (list: string) => new Set(list.split(' '));

const passed = words(
  'Identity Cast Reshape Squeeze ExpandDims BiasAdd Dropout Flatten BatchNormalization StopGradient PreventGradient ' +
    'Activation linear FusedBatchNorm',
);
const pooling = words(
  'Mean Max AvgPool MaxPool GlobalAveragePooling2D GlobalMaxPooling2D AveragePooling2D MaxPooling2D',
);
/** What makes scores of classes of what it is given. */
const squashing = words('Softmax LogSoftmax Sigmoid softmax sigmoid');
/** What ends a hidden layer, unless scores are made of it: SqueezeNet has its last ReLU before the softmax. */
const rectifying = words(
  'Relu Relu6 Elu LeakyRelu Prelu relu relu6 elu leaky_relu ReLU ELU LeakyReLU PReLU',
);
const binary = words('Add AddV2 Sub Mul RealDiv');
/** What is no step when a model only predicts. */
const nothing = /^(Dropout|Identity|StopGradient|PreventGradient)$/;
/** Linear layers. Their weight is the second input where it is a tensor of the graph, and their own otherwise. */
const heads = words('MatMul _FusedMatMul Conv2D _FusedConv2D FusedConv2D BatchMatMulV2 Dense');

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
  let squashed = false;
  const goesOn = (op: string): boolean => {
    squashed ||= squashing.has(op);
    return passed.has(op) || squashing.has(op) || (squashed && rectifying.has(op));
  };
  for (let tensor = output, left = 1000; left > 0; left--) {
    const step = stepOf(tensor);
    if (!step || ![...step.folded].reverse().every(goesOn)) return null;
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
    } else if (!goesOn(step.op)) return null;
    tensor = data;
  }
  return null;
}

/** Whether an output is a sigmoid of something, whatever reshapes it afterwards. */
export function endsInSigmoid(output: string, stepOf: (tensor: string) => Step | null): boolean {
  const step = stepOf(output);
  if (!step) return false;
  const last = step.folded.at(-1) ?? step.op;
  if (/^sigmoid$/i.test(last)) return true;
  const isSame = /^(Identity|Cast|Reshape|Squeeze|ExpandDims|Flatten)$/.test(step.op);
  return isSame && endsInSigmoid(step.inputs[0], stepOf);
}

function kept(tensor: string, stepOf: (tensor: string) => Step | null): string {
  const step = stepOf(tensor);
  return step && nothing.test(step.op) ? kept(step.inputs[0], stepOf) : tensor;
}
