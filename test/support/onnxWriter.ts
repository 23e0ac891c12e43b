import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type ElementType,
  encodeModel,
  type ModelSpec,
  type NodeSpec,
  type TensorSpec,
  type ValueSpec,
} from '../../src/models/onnx/encode.js';
import { toFloat16 } from '../../src/models/onnx/float16.js';

/** The bytes of an ONNX model: opset 13, IR 7 unless stated. */
export function onnxModel(spec: ModelSpec): Uint8Array {
  return encodeModel({ opset: 13, irVersion: 7, producer: 'transferlens-test', ...spec });
}

/**
 * Writes a model whose initialisers lie in a file beside it, as exporters do above 2 GB.
 * @returns the model's path
 */
export async function writeExternal(
  path: string,
  spec: ModelSpec,
  location = 'weights.bin',
): Promise<string> {
  let offset = 0;
  const parts: Uint8Array[] = [];
  const initializers = (spec.initializers ?? []).map(tensor => {
    const { buffer, byteOffset, byteLength } = tensor.data;
    parts.push(new Uint8Array(buffer, byteOffset, byteLength));
    const moved = { ...tensor, external: { location, offset } };
    offset += byteLength;
    return moved;
  });
  const data = join(dirname(path), location);
  await mkdir(dirname(data), { recursive: true });
  await writeFile(data, Buffer.concat(parts));
  await writeFile(path, onnxModel({ ...spec, initializers }));
  return path;
}

/** Normally distributed numbers from a seed (mulberry32, Box-Muller). */
export function normals(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/** A constant tensor of the given values. */
export function constant(
  name: string,
  dims: readonly number[],
  values: Iterable<number>,
  type: ElementType = 'float32',
): TensorSpec {
  const list = [...values];
  switch (type) {
    case 'float32':
      return { name, type, dims, data: Float32Array.from(list) };
    case 'float16':
      return { name, type, dims, data: toFloat16(Float32Array.from(list)) };
    case 'float64':
      return { name, type, dims, data: Float64Array.from(list) };
    case 'int64':
      return { name, type, dims, data: BigInt64Array.from(list, BigInt) };
    case 'int32':
      return { name, type, dims, data: Int32Array.from(list) };
    case 'int8':
      return { name, type, dims, data: Int8Array.from(list) };
    default:
      return { name, type, dims, data: Uint8Array.from(list) };
  }
}

/** Weights drawn from N(0, 2 / fan-in) (He et al. 2015) times `gain`, fan-in being the product of all dims but the first. */
export function weights(
  name: string,
  dims: readonly number[],
  normal: () => number,
  type: ElementType = 'float32',
  gain = 1,
): TensorSpec {
  const size = dims.reduce((a, b) => a * b, 1);
  const scale = gain * Math.sqrt((2 * dims[0]) / size);
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) values[i] = normal() * scale;
  if (type === 'float32') return { name, type, dims, data: values };
  return constant(name, dims, values, type);
}

/** A node in short: `node('Relu', ['x'], 'y')`. */
export function node(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes?: NodeSpec['attributes'],
): NodeSpec {
  return { op, inputs, outputs: [output], ...(attributes ? { attributes } : {}) };
}

export interface SmallClassifier {
  seed?: number;
  channels?: number;
  /** Height and width; null: dynamic. */
  size?: number | null;
  classes?: number;
  layout?: 'NCHW' | 'NHWC';
  /** Fixed batch size; null: dynamic. */
  batch?: number | null;
  /** Channels of the one convolution, and so the dimension of the features. */
  hidden?: number;
  /** Type of input, weights and output; `uint8` is cast to float and divided by 255 in the graph. */
  type?: 'float32' | 'float16' | 'uint8';
  output?: 'logits' | 'probabilities' | 'sigmoids';
}

/**
 * A real little convolutional network: Conv 3x3, Relu, global average pooling ("pooled"), Flatten ("features"), Gemm.
 * The same seed gives the same weights whatever the layout, batch and type. Input "images", output "scores".
 */
export function smallClassifier(options: SmallClassifier = {}): ModelSpec {
  const { seed = 1, channels = 3, size = 32, classes = 10, layout = 'NCHW' } = options;
  const { batch = null, hidden = 16, type = 'float32', output = 'logits' } = options;
  const normal = normals(seed);
  const real = type === 'float16' ? 'float16' : 'float32';
  const side = (name: string): number | string => size ?? name;
  const dims =
    layout === 'NCHW'
      ? [batch ?? 'N', channels, side('H'), side('W')]
      : [batch ?? 'N', side('H'), side('W'), channels];
  const nodes: NodeSpec[] = [];
  const initializers: TensorSpec[] = [];
  let x = 'images';
  const step = (op: string, more: string[], name: string, attributes?: NodeSpec['attributes']) => {
    nodes.push(node(op, [x, ...more], name, attributes));
    x = name;
  };
  if (type === 'uint8') {
    initializers.push(constant('byte', [], [1 / 255]));
    step('Cast', [], 'cast', { to: 1 });
    step('Mul', ['byte'], 'scaled');
  }
  if (layout === 'NHWC') step('Transpose', [], 'nchw', { perm: [0, 3, 1, 2] });
  initializers.push(
    weights('conv.weight', [hidden, channels, 3, 3], normal, real),
    weights('conv.bias', [hidden], normal, real),
    weights('head.weight', [classes, hidden], normal, real),
    weights('head.bias', [classes], normal, real),
  );
  step('Conv', ['conv.weight', 'conv.bias'], 'conv', { pads: [1, 1, 1, 1] });
  step('Relu', [], 'relu');
  step('GlobalAveragePool', [], 'pooled');
  step('Flatten', [], 'features', { axis: 1 });
  const last = output === 'logits' ? 'scores' : 'logits';
  step('Gemm', ['head.weight', 'head.bias'], last, { transB: 1 });
  if (output === 'probabilities') step('Softmax', [], 'scores', { axis: 1 });
  if (output === 'sigmoids') step('Sigmoid', [], 'scores');
  const inputs: ValueSpec[] = [{ name: 'images', type, dims }];
  const outputs: ValueSpec[] = [{ name: 'scores', type: real, dims: [batch ?? 'N', classes] }];
  return { nodes, initializers, inputs, outputs };
}

/**
 * A model that takes long: `repeat` convolutions 3x3 of `width` channels at full size, 2 * 9 * width² * size² FLOP each and image
 * (width 64, size 224, repeat 20: about 74 GFLOP an image).
 */
export function slowClassifier(
  options: { seed?: number; size?: number; width?: number; repeat?: number; classes?: number } = {},
): ModelSpec {
  const { seed = 1, size = 224, width = 64, repeat = 20, classes = 10 } = options;
  const spec = smallClassifier({ seed, size, hidden: width, classes });
  const at = spec.nodes.findIndex(({ op }) => op === 'GlobalAveragePool');
  const loop = Array.from({ length: repeat }, (_, i) => [
    node('Conv', [i ? `relu${i - 1}` : 'relu', 'slow.weight'], `slow${i}`, { pads: [1, 1, 1, 1] }),
    node('Relu', [`slow${i}`], `relu${i}`),
  ]).flat();
  const pool = { ...spec.nodes[at], inputs: [repeat ? `relu${repeat - 1}` : 'relu'] };
  return {
    ...spec,
    nodes: [...spec.nodes.slice(0, at), ...loop, pool, ...spec.nodes.slice(at + 1)],
    initializers: [
      ...(spec.initializers ?? []),
      weights('slow.weight', [width, width, 3, 3], normals(seed + 1)),
    ],
  };
}

/**
 * ResNet-18 (He et al. 2016) as inference sees it, batch norm folded into the convolutions; random weights.
 * Input "images" [N, 3, 224, 224], output "logits" [N, classes], features of dimension 512, 1.8 GFLOP multiply-adds an image.
 */
export function resnet18(options: { seed?: number; classes?: number } = {}): ModelSpec {
  const { seed = 1, classes = 1000 } = options;
  const normal = normals(seed);
  const nodes: NodeSpec[] = [];
  const initializers: TensorSpec[] = [];
  const conv = (
    x: string,
    name: string,
    [from, to]: [number, number],
    [size, stride]: [number, number],
    gain = 1,
  ) => {
    const pad = (size - 1) >> 1;
    initializers.push(
      weights(`${name}.weight`, [to, from, size, size], normal, 'float32', gain),
      constant(`${name}.bias`, [to], new Float32Array(to)),
    );
    nodes.push(
      node('Conv', [x, `${name}.weight`, `${name}.bias`], name, {
        kernel_shape: [size, size],
        strides: [stride, stride],
        pads: [pad, pad, pad, pad],
      }),
    );
    return name;
  };
  const relu = (x: string) => {
    nodes.push(node('Relu', [x], `${x}.relu`));
    return `${x}.relu`;
  };
  const block = (x: string, name: string, from: number, to: number, stride: number) => {
    const inner = relu(conv(x, `${name}.conv1`, [from, to], [3, stride]));
    // The gain keeps activations level through the sums of the random residual network.
    const main = conv(inner, `${name}.conv2`, [to, to], [3, 1], 0.5);
    const skip = from === to ? x : conv(x, `${name}.down`, [from, to], [1, stride]);
    nodes.push(node('Add', [main, skip], name));
    return relu(name);
  };
  let x = relu(conv('images', 'stem', [3, 64], [7, 2]));
  nodes.push(
    node('MaxPool', [x], 'pool', { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
  );
  x = 'pool';
  [64, 128, 256, 512].forEach((width, i) => {
    x = block(x, `layer${i + 1}.0`, i ? width / 2 : 64, width, i ? 2 : 1);
    x = block(x, `layer${i + 1}.1`, width, width, 1);
  });
  initializers.push(
    weights('fc.weight', [classes, 512], normal),
    constant('fc.bias', [classes], new Float32Array(classes)),
  );
  nodes.push(
    node('GlobalAveragePool', [x], 'gap'),
    node('Flatten', ['gap'], 'features', { axis: 1 }),
    node('Gemm', ['features', 'fc.weight', 'fc.bias'], 'logits', { transB: 1 }),
  );
  return {
    nodes,
    initializers,
    inputs: [{ name: 'images', dims: ['N', 3, 224, 224] }],
    outputs: [{ name: 'logits', dims: ['N', classes] }],
  };
}
