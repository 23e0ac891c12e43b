import { constant, normals, onnxModel } from './onnxWriter.js';

/** A model of images of any size with two heads on the same features: nothing tells which of them is meant. */
export function twoHeads(): Uint8Array {
  const next = normals(5);
  const weights = (name: string, classes: number) =>
    constant(
      name,
      [3, classes],
      Array.from({ length: 3 * classes }, () => 3 * next()),
    );
  return onnxModel({
    inputs: [{ name: 'images', type: 'float32', dims: ['n', 3, 32, 32] }],
    outputs: [
      { name: 'colours', type: 'float32', dims: ['n', 4] },
      { name: 'shapes', type: 'float32', dims: ['n', 6] },
      { name: 'embedding', type: 'float32', dims: ['n', 3] },
      { name: 'pooled_map', type: 'float32', dims: ['n', 3, 1, 1] },
    ],
    initializers: [weights('a', 4), weights('b', 6)],
    nodes: [
      { op: 'GlobalAveragePool', inputs: ['images'], outputs: ['pooled_map'] },
      { op: 'Flatten', inputs: ['pooled_map'], outputs: ['embedding'] },
      { op: 'MatMul', inputs: ['embedding', 'a'], outputs: ['colours'] },
      { op: 'MatMul', inputs: ['embedding', 'b'], outputs: ['shapes'] },
    ],
  });
}
