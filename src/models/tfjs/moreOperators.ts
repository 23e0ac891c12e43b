import type { Tensor } from './engine.js';
import type { Tf } from './tf.js';

/** Operators that TensorFlow.js does not know, or its WebAssembly backend has no kernel for, made of those that it has. */
export function registerMore(tf: Tf): void {
  tf.registerOp('Erfc', ({ inputs: [x] }) => tf.sub(1, tf.erf(x)));
  tf.registerOp('Softsign', ({ inputs: [x] }) => tf.div(x, tf.add(1, tf.abs(x))));
  tf.registerOp('_FusedHardSwish', ({ inputs: [x] }) =>
    tf.mul(x, tf.div(tf.relu6(tf.add(x, 3)), 6)),
  );
  tf.registerOp('GeluExact', ({ inputs: [x] }) =>
    tf.mul(tf.mul(0.5, x), tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2)))),
  );
  tf.registerOp('GeluApproximate', ({ inputs: [x] }) => {
    const inner = tf.mul(Math.sqrt(2 / Math.PI), tf.add(x, tf.mul(0.044715, tf.pow(x, 3))));
    return tf.mul(tf.mul(0.5, x), tf.add(1, tf.tanh(inner)));
  });
  tf.registerOp('Einsum', ({ inputs: [a, b], attrs }) => {
    const equation = String(attrs.equation);
    const [left, right] = [a, b];
    if (!right) throw new Error(`Unknown op 'Einsum(${equation})'`);
    return product(tf, equation, left, right);
  });
}

/** A sum of products of two tensors by one matrix product: `abc,acd->abd` and the like, each letter once in each tensor. */
function product(tf: Tf, equation: string, a: Tensor, b: Tensor): Tensor {
  const [, first, second, result] = /^(\w+),(\w+)->(\w*)$/.exec(equation.replace(/\s/g, '')) ?? [];
  const once = (term: string) => new Set(term).size === term.length;
  if (result === undefined || ![first, second, result].every(once))
    throw new Error(`Unknown op 'Einsum(${equation})'`);
  const size = new Map<string, number>();
  for (const [term, { shape }] of [
    [first, a],
    [second, b],
  ] as const)
    for (const [k, letter] of [...term].entries()) size.set(letter, shape[k]);
  const letters = [...size.keys()];
  const pick = (inFirst: boolean, inSecond: boolean, inResult: boolean) =>
    letters.filter(
      l =>
        first.includes(l) === inFirst &&
        second.includes(l) === inSecond &&
        result.includes(l) === inResult,
    );
  const batch = pick(true, true, true);
  const summed = pick(true, true, false);
  const [own, other] = [pick(true, false, true), pick(false, true, true)];
  const known = batch.length + summed.length + own.length + other.length;
  // A letter that only one tensor has and the result has not is summed alone: seldom, and no product.
  if (known !== letters.length) throw new Error(`Unknown op 'Einsum(${equation})'`);
  const count = (some: readonly string[]) => some.reduce((n, l) => n * (size.get(l) ?? 1), 1);
  return tf.tidy(() => {
    const order = (tensor: Tensor, term: string, wanted: readonly string[]) =>
      tf.transpose(
        tensor,
        wanted.map(l => term.indexOf(l)),
      );
    const shape = [count(batch), count(own), count(summed), count(other)];
    const left = order(a, first, [...batch, ...own, ...summed]);
    const right = order(b, second, [...batch, ...summed, ...other]);
    const made = tf.matMul(
      tf.reshape(left, [shape[0], shape[1], shape[2]]),
      tf.reshape(right, [shape[0], shape[2], shape[3]]),
    );
    const axes = [...batch, ...own, ...other];
    const whole = tf.reshape(
      made,
      axes.map(l => size.get(l) ?? 1),
    );
    return tf.transpose(
      whole,
      [...result].map(l => axes.indexOf(l)),
    );
  });
}
