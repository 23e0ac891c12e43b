import {
  type Blas,
  checkMatrix,
  type Matrix,
  type MultiplyOptions,
  mirrorUpper,
  productShape,
} from '../../numerics/blas.js';
import { type ElementType, encodeModel, type NodeSpec } from './encode.js';
import { loadRuntime, type Ort, type Session, sessionOptions } from './runtime.js';

/** A block of an operand: whole rows of the matrix it was cut from. */
type Data = Float64Array | Float32Array;

/** Operations of one call into the runtime, which blocks the event loop: 20 ms or so where 25 G a second are done. */
const operationsPerRun = { double: 0.5e9, single: 1.5e9 };

/**
 * ONNX Runtime's Gemm as a `Blas`: about five times as fast as plain JavaScript in float64, fifteen in float32. Between
 * calls into the runtime the event loop turns. Throws `runtime.missing` where the runtime cannot be loaded.
 */
export async function onnxBlas(threads = 1): Promise<Blas> {
  const gemm = new Gemm(await loadRuntime('onnxruntime-node'), threads);
  return {
    multiply: (a, b, options = {}) => multiply(gemm, a, b, options),
    gram: a => gram(gemm, a),
    close: () => gemm.close(),
  };
}

async function multiply(
  gemm: Gemm,
  a: Matrix,
  b: Matrix,
  options: MultiplyOptions,
): Promise<Float64Array> {
  const { transposeA = false, transposeB = false, precision = 'double' } = options;
  const { m, n, k } = productShape(a, b, options);
  const c = new Float64Array(m * n);
  if (c.length === 0 || k === 0) return c;
  const size = blockSizes(m, n, k, operationsPerRun[precision], transposeA);
  const whole = size.n === n && size.k === k;
  const block = new Float64Array(whole ? 0 : size.m * size.n);
  for (let j = 0; j < n; j += size.n) {
    const columns = Math.min(size.n, n - j);
    for (let l = 0; l < k; l += size.k) {
      const inner = Math.min(size.k, k - l);
      const right = transposeB ? cut(b, j, columns, l, inner) : cut(b, l, inner, j, columns);
      for (let i = 0; i < m; i += size.m) {
        const rows = Math.min(size.m, m - i);
        const left = transposeA ? cut(a, l, inner, i, rows) : cut(a, i, rows, l, inner);
        const product = { m: rows, n: columns, k: inner, transposeA, transposeB, precision };
        if (whole) await gemm.run(left, right, product, c.subarray(i * n, (i + rows) * n));
        else {
          const part = block.subarray(0, rows * columns);
          add(c, n, i, j, await gemm.run(left, right, product, part), columns);
        }
      }
    }
  }
  return c;
}

/**
 * The size of blocks, cut in halves until one is a short enough run. Whole rows of A and C need no copy, so rows are cut
 * first; Aᵀ gives whole rows for a part of the inner length, but too short a part costs more to add up than to multiply.
 */
function blockSizes(m: number, n: number, k: number, operations: number, transposeA: boolean) {
  const size = { m, n, k };
  const limits = transposeA
    ? ([
        ['k', 1024],
        ['n', 512],
        ['m', 512],
        ['k', 256],
      ] as const)
    : ([
        ['m', 256],
        ['n', 512],
        ['k', 256],
      ] as const);
  while (2 * size.m * size.n * size.k > operations) {
    const longest = limits.find(([name, limit]) => size[name] > limit);
    if (!longest) break;
    size[longest[0]] = Math.ceil(size[longest[0]] / 2);
  }
  return size;
}

/** AᵀA by pairs of column blocks of the upper half, over blocks of rows. */
async function gram(gemm: Gemm, a: Matrix): Promise<Float64Array> {
  checkMatrix(a);
  const size = a.columns;
  const c = new Float64Array(size * size);
  const width = Math.min(512, Math.max(64, Math.ceil(size / 4)));
  const height = Math.ceil(operationsPerRun.double / (2 * width * width) / 4);
  const block = new Float64Array(width * width);
  for (let i = 0; i < a.rows; i += height) {
    const rows = Math.min(height, a.rows - i);
    const blocks: Float64Array[] = [];
    for (let j = 0; j < size; j += width)
      blocks.push(new Float64Array(cut(a, i, rows, j, Math.min(width, size - j))));
    for (let left = 0; left < blocks.length; left++)
      for (let right = left; right < blocks.length; right++) {
        const [m, n] = [blocks[left].length / rows, blocks[right].length / rows];
        const shape = { m, n, k: rows, transposeA: true, transposeB: false } as const;
        const product: Product = { ...shape, precision: 'double' };
        const sums = block.subarray(0, m * n);
        await gemm.run(blocks[left], blocks[right], product, sums);
        add(c, size, left * width, right * width, sums, n);
      }
  }
  mirrorUpper(c, size);
  return c;
}

/** Rows and columns of a matrix: a view where whole rows are asked for, else a copy. */
function cut(
  { data, columns: width }: Matrix,
  row: number,
  rows: number,
  column: number,
  columns: number,
): Data {
  if (columns === width) {
    const view = data.subarray(row * width, (row + rows) * width);
    // The runtime refuses shared memory.
    return view.buffer instanceof SharedArrayBuffer ? view.slice() : view;
  }
  const copy =
    data instanceof Float64Array
      ? new Float64Array(rows * columns)
      : new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const start = (row + i) * width + column;
    copy.set(data.subarray(start, start + columns), i * columns);
  }
  return copy;
}

/** Adds a block to the place in C, `width` columns wide, where it belongs. */
function add(
  c: Float64Array,
  width: number,
  row: number,
  column: number,
  block: Float64Array,
  columns: number,
): void {
  for (let at = 0, to = row * width + column; at < block.length; to += width)
    for (let j = 0; j < columns; j++, at++) c[to + j] += block[at];
}

interface Product extends Required<MultiplyOptions> {
  m: number;
  n: number;
  k: number;
}

/** Sessions of the runtime with nothing but a product in them, made when first needed. */
class Gemm {
  private readonly sessions = new Map<string, Promise<Session>>();

  constructor(
    private readonly ort: Ort,
    private readonly threads: number,
  ) {}

  /** op(a) op(b), m x n, into `to`. */
  async run(
    a: Data,
    b: Data,
    { m, n, k, transposeA, transposeB, precision }: Product,
    to: Float64Array,
  ): Promise<Float64Array> {
    const { Tensor } = this.ort;
    const [typeA, typeB] = [typeOf(a), typeOf(b)];
    const key = [typeA, typeB, transposeA, transposeB, precision].join();
    let session = this.sessions.get(key);
    if (!session) {
      const model = gemmModel(typeA, typeB, { transposeA, transposeB, precision });
      session = this.ort.InferenceSession.create(
        model,
        sessionOptions(this.threads, { arena: false }),
      );
      this.sessions.set(key, session);
    }
    await (await session).run(
      {
        a: new Tensor(typeA, a, transposeA ? [k, m] : [m, k]),
        b: new Tensor(typeB, b, transposeB ? [n, k] : [k, n]),
      },
      { c: new Tensor('float64', to, [m, n]) },
    );
    return to;
  }

  async close(): Promise<void> {
    const sessions = [...this.sessions.values()];
    this.sessions.clear();
    for (const session of sessions) await (await session).release();
  }
}

function typeOf(data: Data): 'float32' | 'float64' {
  return data instanceof Float64Array ? 'float64' : 'float32';
}

/** c = op(a) op(b) in the precision's type, cast from those of the inputs and to float64. */
function gemmModel(
  typeA: ElementType,
  typeB: ElementType,
  { transposeA, transposeB, precision }: Required<MultiplyOptions>,
): Uint8Array {
  const type = precision === 'single' ? 'float32' : 'float64';
  const nodes: NodeSpec[] = [];
  const cast = (from: string, to: string, wanted: 'float32' | 'float64'): string => {
    const attributes = { to: wanted === 'float32' ? 1 : 11 };
    nodes.push({ op: 'Cast', inputs: [from], outputs: [to], attributes });
    return to;
  };
  const a = typeA === type ? 'a' : cast('a', 'castA', type);
  const b = typeB === type ? 'b' : cast('b', 'castB', type);
  const attributes = { transA: Number(transposeA), transB: Number(transposeB) };
  const made = type === 'float64' ? 'c' : 'product';
  nodes.push({ op: 'Gemm', inputs: [a, b], outputs: [made], attributes });
  if (made !== 'c') cast(made, 'c', 'float64');
  return encodeModel({
    nodes,
    inputs: [
      { name: 'a', type: typeA, dims: [null, null] },
      { name: 'b', type: typeB, dims: [null, null] },
    ],
    outputs: [{ name: 'c', type: 'float64', dims: [null, null] }],
    opset: 17,
    irVersion: 8,
  });
}
