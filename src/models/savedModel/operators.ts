/** Attribute of TensorFlow.js's graph format. */
export type JsonAttribute = Record<string, unknown>;

const nhwc = { s: Buffer.from('NHWC').toString('base64') };
const ones = { list: { i: [1, 1, 1, 1] } };
const no = { b: false };
const zero = { i: 0 };

/** What exporters leave out because it is TensorFlow's default, and TensorFlow.js has to be told. */
export const defaults: Readonly<Record<string, Readonly<Record<string, JsonAttribute>>>> = {
  Conv2D: { dilations: ones, data_format: nhwc, explicit_paddings: { list: { i: [] } } },
  DepthwiseConv2dNative: {
    ...{ dilations: ones, data_format: nhwc },
    explicit_paddings: { list: { i: [] } },
  },
  Conv2DBackpropInput: { dilations: ones, data_format: nhwc },
  BiasAdd: { data_format: nhwc },
  MaxPool: { data_format: nhwc, explicit_paddings: { list: { i: [] } } },
  AvgPool: { data_format: nhwc },
  FusedBatchNorm: { epsilon: { f: 1e-4 }, data_format: nhwc, is_training: { b: true } },
  FusedBatchNormV2: { epsilon: { f: 1e-4 }, data_format: nhwc, is_training: { b: true } },
  FusedBatchNormV3: { epsilon: { f: 1e-4 }, data_format: nhwc, is_training: { b: true } },
  MatMul: { transpose_a: no, transpose_b: no },
  BatchMatMul: { adj_x: no, adj_y: no },
  BatchMatMulV2: { adj_x: no, adj_y: no },
  Mean: { keep_dims: no },
  Max: { keep_dims: no },
  Min: { keep_dims: no },
  Sum: { keep_dims: no },
  Prod: { keep_dims: no },
  All: { keep_dims: no },
  Any: { keep_dims: no },
  Squeeze: { squeeze_dims: { list: { i: [] } } },
  Pack: { axis: zero },
  Unpack: { axis: zero },
  GatherV2: { batch_dims: zero },
  LeakyRelu: { alpha: { f: 0.2 } },
  StridedSlice: {
    ...{ begin_mask: zero, end_mask: zero, ellipsis_mask: zero },
    ...{ new_axis_mask: zero, shrink_axis_mask: zero },
  },
  ResizeBilinear: { align_corners: no, half_pixel_centers: no },
  ResizeNearestNeighbor: { align_corners: no, half_pixel_centers: no },
  Cumsum: { exclusive: no, reverse: no },
  DepthToSpace: { data_format: nhwc },
  TopKV2: { sorted: { b: true } },
};

/** Outputs of operators that have several under names of their own; all others are counted. */
const outputs: Readonly<Record<string, readonly string[]>> = {
  FusedBatchNorm: ['y', 'batch_mean', 'batch_variance'],
  FusedBatchNormV2: ['y', 'batch_mean', 'batch_variance'],
  FusedBatchNormV3: ['y', 'batch_mean', 'batch_variance'],
  TopKV2: ['values', 'indices'],
  Unique: ['y', 'idx'],
  Switch: ['output_false', 'output_true'],
};

/** Place of an output of an operator by its name in a function's body. */
export function outputPlace(op: string, name: string): number {
  return Math.max(0, outputs[op]?.indexOf(name) ?? 0);
}

/** Operators whose own text stands for another call. */
export const calls = new Set([
  'PartitionedCall',
  'StatefulPartitionedCall',
  'StatelessPartitionedCall',
]);
