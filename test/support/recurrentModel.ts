import { join } from 'node:path';
import { Message } from '../../src/models/onnx/encode.js';
import { normals } from './onnxWriter.js';
import { put } from './scratch.js';

/** Steps of a sequence, values of a step, and units of the recurrent layer. */
const [steps, width, units, classes] = [3, 4, 5, 3];
/** Values of a row, which the graph makes a sequence of. */
export const rowWidth = steps * width;

interface Constant {
  shape: number[];
  dtype: 'int32' | 'float32';
  values: number[];
}
interface Node {
  name: string;
  op: string;
  input: string[];
  attr: Record<string, Attribute>;
  value?: Constant;
}
type Attribute =
  | { type: string }
  | { b: boolean }
  | { i: string }
  | { func: { name: string } }
  | { list: { type: string[] } }
  | { shape: { dim: { size: number }[] } };
interface Function {
  name: string;
  args: [name: string, type: string][];
  nodes: Node[];
  returns: string[];
}

const typeNumbers: Record<string, number> = {
  DT_FLOAT: 1,
  DT_INT32: 3,
  DT_BOOL: 10,
  DT_VARIANT: 21,
};
const real = { type: 'DT_FLOAT' };
const whole = { type: 'DT_INT32' };
const dimsOf = (shape: readonly number[]) => ({ dim: shape.map(size => ({ size })) });

function node(name: string, op: string, input: string[], attr: Node['attr'] = {}): Node {
  return { name, op, input, attr };
}

function constant(name: string, shape: number[], values: number[], dtype: Constant['dtype']): Node {
  const type = dtype === 'int32' ? whole : real;
  return { ...node(name, 'Const', [], { dtype: type }), value: { shape, dtype, values } };
}

const integers = (name: string, shape: number[], ...values: number[]) =>
  constant(name, shape, values, 'int32');
const product = (name: string, a: string, b: string) =>
  node(name, 'MatMul', [a, b], { T: real, transpose_a: { b: false }, transpose_b: { b: false } });

const normal = normals(3);
const drawn = (size: number) => Array.from({ length: size }, () => Math.fround(normal()));
const kernel = drawn(width * units);
const recurrent = drawn(units * units);
const head = drawn(units * classes);

/**
 * What a recurrent layer of Keras is exported as in the control flow of TensorFlow 2: a While over functions, which reads a list of
 * tensors and writes another; behind it a head "logits" and a softmax "probs". Input "x": rows of numbers.
 * @param turns how often the loop goes round: more often than there are steps it reads what is not there
 */
function recurrentGraph(turns: number): { nodes: Node[]; functions: Function[] } {
  const list = { element_dtype: real, shape_type: whole };
  const slice = (begin: number, end: number, shrink: number): Node['attr'] => ({
    ...{ T: real, Index: whole, begin_mask: { i: `${begin}` }, end_mask: { i: `${end}` } },
    ...{
      ellipsis_mask: { i: '0' },
      new_axis_mask: { i: '0' },
      shrink_axis_mask: { i: `${shrink}` },
    },
  });
  const args: Function['args'] = [
    ...([
      ['i', 'DT_INT32'],
      ['out', 'DT_VARIANT'],
      ['h', 'DT_FLOAT'],
      ['n', 'DT_INT32'],
    ] as const),
    ...([
      ['in', 'DT_VARIANT'],
      ['k', 'DT_FLOAT'],
      ['r', 'DT_FLOAT'],
    ] as const),
  ].map(([name, type]) => [name, type]);
  const nodes = [
    node('x', 'Placeholder', [], { dtype: real, shape: { shape: dimsOf([-1, rowWidth]) } }),
    integers('sequence', [3], -1, steps, width),
    node('rows', 'Reshape', ['x', 'sequence'], { T: real, Tshape: whole }),
    integers('order', [3], 1, 0, 2),
    node('major', 'Transpose', ['rows', 'order'], { T: real, Tperm: whole }),
    integers('step', [2], -1, width),
    node('given', 'TensorListFromTensor', ['major', 'step'], list),
    ...[integers('any', [], -1), integers('turns', [], turns), integers('zero', [], 0)],
    node('reserved', 'TensorListReserve', ['any', 'turns'], list),
    ...[integers('from', [2], 0, 0), integers('to', [2], 0, width), integers('by', [2], 1, 1)],
    node('first', 'StridedSlice', ['x', 'from', 'to', 'by'], slice(3, 1, 0)),
    constant('nothing', [width, units], Array(width * units).fill(0), 'float32'),
    product('state', 'first', 'nothing'),
    constant('kernel', [width, units], kernel, 'float32'),
    constant('recurrent', [units, units], recurrent, 'float32'),
    node('loop', 'While', ['zero', 'reserved', 'state', 'turns', 'given', 'kernel', 'recurrent'], {
      ...{ cond: { func: { name: 'goesOn' } }, body: { func: { name: 'turn' } } },
      T: { list: { type: args.map(([, type]) => type) } },
    }),
    integers('unit', [2], -1, units),
    node('states', 'TensorListStack', ['loop:1', 'unit'], {
      ...{ element_dtype: real, num_elements: { i: '-1' } },
    }),
    ...[integers('last', [1], -1), integers('end', [1], 0), integers('one', [1], 1)],
    node('final', 'StridedSlice', ['states', 'last', 'end', 'one'], slice(0, 1, 1)),
    constant('head', [units, classes], head, 'float32'),
    product('logits', 'final', 'head'),
    node('probs', 'Softmax', ['logits'], { T: real }),
  ];
  const goesOn: Function = {
    ...{ name: 'goesOn', args, nodes: [node('less', 'Less', ['i', 'n'], { T: whole })] },
    returns: ['less:z:0'],
  };
  const turn: Function = {
    ...{ name: 'turn', args },
    nodes: [
      integers('at', [2], -1, width),
      integers('next', [], 1),
      node('item', 'TensorListGetItem', ['in', 'i', 'at:output:0'], { element_dtype: real }),
      product('a', 'item:item:0', 'k'),
      product('b', 'h', 'r'),
      node('sum', 'AddV2', ['a:product:0', 'b:product:0'], { T: real }),
      node('tanh', 'Tanh', ['sum:z:0'], { T: real }),
      node('set', 'TensorListSetItem', ['out', 'i', 'tanh:y:0'], { element_dtype: real }),
      node('count', 'AddV2', ['i', 'next:output:0'], { T: whole }),
    ],
    returns: ['count:z:0', 'set:output_handle:0', 'tanh:y:0', 'n', 'in', 'k', 'r'],
  };
  return { nodes, functions: [goesOn, turn] };
}

/** What the network gives for a row, by the formula. */
export function recurrentOutput(row: readonly number[]): number[] {
  let state = Array<number>(units).fill(0);
  for (let t = 0; t < steps; t++)
    state = state.map((_, j) => {
      let sum = 0;
      for (let d = 0; d < width; d++) sum += row[t * width + d] * kernel[d * units + j];
      for (let u = 0; u < units; u++) sum += state[u] * recurrent[u * units + j];
      return Math.tanh(sum);
    });
  const exp = Array.from({ length: classes }, (_, c) =>
    Math.exp(state.reduce((sum, value, j) => sum + value * head[j * classes + c], 0)),
  );
  const all = exp.reduce((a, b) => a + b);
  return exp.map(value => value / all);
}

const bytesOf = ({ dtype, values }: Constant) =>
  new Uint8Array((dtype === 'int32' ? Int32Array.from(values) : Float32Array.from(values)).buffer);

/** Writes it as a graph of TensorFlow.js's converter; returns the path of `model.json`. */
export function recurrentTfjs(folder: string, turns = steps): string {
  const { nodes, functions } = recurrentGraph(turns);
  const constants = [...nodes, ...functions.flatMap(f => f.nodes)].flatMap(({ name, value }) =>
    value ? { name, value } : [],
  );
  put(join(folder, 'weights.bin'), Buffer.concat(constants.map(({ value }) => bytesOf(value))));
  const json = ({ name, op, input, attr }: Node) => ({ name, op, input, attr });
  return put(join(folder, 'model.json'), {
    format: 'graph-model',
    signature: {
      inputs: { x: { name: 'x:0', dtype: 'DT_FLOAT', tensorShape: dimsOf([-1, rowWidth]) } },
      outputs: {
        probs: { name: 'probs:0', dtype: 'DT_FLOAT', tensorShape: dimsOf([-1, classes]) },
      },
    },
    modelTopology: {
      node: nodes.map(json),
      library: {
        function: functions.map(f => ({
          signature: {
            name: f.name,
            inputArg: f.args.map(([name, type]) => ({ name, type })),
            outputArg: f.returns.map((_, k) => ({ name: `out${k}` })),
          },
          nodeDef: f.nodes.map(json),
          ret: Object.fromEntries(f.returns.map((from, k) => [`out${k}`, from])),
        })),
      },
      versions: {},
    },
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: constants.map(({ name, value: { shape, dtype } }) => ({ name, shape, dtype })),
      },
    ],
  });
}

/** Writes it as a SavedModel whose output is called as the node that makes it; returns the path of `saved_model.pb`. */
export function recurrentSavedModel(folder: string, turns = steps): string {
  const { nodes, functions } = recurrentGraph(turns);
  const graph = new Message();
  for (const one of nodes) graph.message(1, nodeMessage(one));
  const library = new Message();
  for (const f of functions) {
    const signature = new Message().string(1, f.name);
    for (const [name, type] of f.args)
      signature.message(2, new Message().string(1, name).int(3, typeNumbers[type]));
    for (const k of f.returns.keys()) signature.message(3, new Message().string(1, `out${k}`));
    const body = new Message().message(1, signature);
    for (const one of f.nodes) body.message(3, nodeMessage(one));
    for (const [k, from] of f.returns.entries())
      body.message(4, new Message().string(1, `out${k}`).string(2, from));
    library.message(1, body);
  }
  const info = (key: string, shape: number[]) =>
    new Message()
      .string(1, key)
      .message(2, new Message().string(1, `${key}:0`).int(2, 1).message(3, shapeMessage(shape)));
  const signature = new Message()
    .message(1, info('x', [-1, rowWidth]))
    .message(2, info('probs', [-1, classes]));
  const meta = new Message()
    .message(1, new Message().string(4, 'serve'))
    .message(2, graph.message(2, library))
    .message(5, new Message().string(1, 'serving_default').message(2, signature));
  return put(join(folder, 'saved_model.pb'), new Message().int(1, 1).message(2, meta).finish());
}

function shapeMessage(shape: readonly number[]): Message {
  const message = new Message();
  for (const size of shape) message.message(2, new Message().int(1, size));
  return message;
}

function nodeMessage({ name, op, input, attr, value }: Node): Message {
  const message = new Message().string(1, name).string(2, op);
  for (const one of input) message.string(3, one);
  for (const [key, one] of Object.entries(attr))
    message.message(5, new Message().string(1, key).message(2, attributeMessage(one)));
  if (!value) return message;
  const tensor = new Message()
    .int(1, value.dtype === 'int32' ? typeNumbers.DT_INT32 : typeNumbers.DT_FLOAT)
    .message(2, shapeMessage(value.shape))
    .bytes(4, bytesOf(value));
  return message.message(
    5,
    new Message().string(1, 'value').message(2, new Message().message(8, tensor)),
  );
}

function attributeMessage(attr: Attribute): Message {
  if ('type' in attr) return new Message().int(6, typeNumbers[attr.type]);
  if ('b' in attr) return new Message().int(5, +attr.b);
  if ('i' in attr) return new Message().int(3, BigInt(attr.i));
  if ('func' in attr) return new Message().message(10, new Message().string(1, attr.func.name));
  if ('shape' in attr)
    return new Message().message(7, shapeMessage(attr.shape.dim.map(({ size }) => size)));
  const types = new Message();
  for (const type of attr.list.type) types.int(6, typeNumbers[type]);
  return new Message().message(1, types);
}
