import type { Engine } from './tf.js';

const convolutions = ['Conv2D', 'FusedConv2D', 'DepthwiseConv2dNative', 'FusedDepthwiseConv2D'];

/**
 * Has the WebAssembly backend compute convolutions with "same" padding as TensorFlow does where the stride is larger than the kernel:
 * it takes the rows that are passed over for a padding below zero, and gives other values without a word (4.22).
 */
export function mendPadding(tf: Engine): void {
  for (const name of convolutions) {
    const kernel = tf.getKernel(name, 'wasm');
    if (!kernel) throw new Error(`the WebAssembly backend has no kernel ${name}`);
    tf.unregisterKernel(name, 'wasm');
    tf.registerKernel({
      ...kernel,
      kernelFunc(params) {
        const { x, filter } = params.inputs as Record<string, { shape: number[] }>;
        const attrs = params.attrs as unknown as Attributes;
        const pad = attrs.pad === 'same' ? explicit(x.shape, filter.shape, attrs) : attrs.pad;
        return kernel.kernelFunc({ ...params, attrs: { ...params.attrs, pad } });
      },
    });
  }
}

interface Attributes {
  pad: 'same' | 'valid' | number | number[][];
  strides: number | [number, number];
  dilations?: number | [number, number] | null;
}

/** "same" where TensorFlow pads; rows and columns to add, before and after, where it passes some over. */
function explicit(
  [, height, width]: number[],
  [rows, columns]: number[],
  { strides, dilations }: Attributes,
): Attributes['pad'] {
  const missing = ([size, kernel, axis]: [number, number, 0 | 1]): number => {
    const [stride, dilation] = [strides, dilations ?? 1].map(v =>
      typeof v === 'number' ? v : v[axis],
    );
    return (Math.ceil(size / stride) - 1) * stride + (kernel - 1) * dilation + 1 - size;
  };
  const both = [missing([height, rows, 0]), missing([width, columns, 1])];
  if (both.every(total => total >= 0)) return 'same';
  const [vertical, horizontal] = both.map(total => {
    const before = Math.floor(Math.max(0, total) / 2);
    return [before, Math.max(0, total) - before];
  });
  return [[0, 0], vertical, horizontal, [0, 0]];
}
