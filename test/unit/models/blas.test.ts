import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { onnxBlas } from '../../../src/models/onnx/blas.js';
import { type Blas, type Matrix, plainBlas } from '../../../src/numerics/blas.js';
import { random } from '../../../src/numerics/random.js';
import { root } from '../../support/referenceData.js';

const next = random(1);

function matrix(rows: number, columns: number, Type: typeof Float64Array | typeof Float32Array) {
  const data = new Type(rows * columns);
  for (let i = 0; i < data.length; i++) data[i] = 3 * (next() - 0.5);
  return { data, rows, columns };
}

function distance(a: Float64Array, b: Float64Array): number {
  assert.equal(a.length, b.length);
  return a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);
}

describe('onnxBlas', function () {
  this.timeout(60_000);
  let blas: Blas;
  before(async () => {
    blas = await onnxBlas();
  });
  after(() => blas.close?.());

  for (const [m, n, k] of [
    [1, 1, 1],
    [5, 3, 40],
    [0, 3, 2],
    [2, 3, 0],
    // Cut by rows, by the inner length, by columns and by all of them.
    [1500, 300, 600],
    [300, 400, 2400],
    [50, 5000, 1050],
    [700, 700, 700],
    [1100, 500, 500],
  ])
    it(`multiplies ${m} x ${k} by ${k} x ${n}: every order, type and precision`, async () => {
      for (const transposeA of [false, true])
        for (const transposeB of [false, true]) {
          // Types change with the order, so that each of the four pairs is met.
          const [typeA, typeB] = [transposeA, transposeA !== transposeB].map(double =>
            double ? Float64Array : Float32Array,
          );
          const a = transposeA ? matrix(k, m, typeA) : matrix(m, k, typeA);
          const b = transposeB ? matrix(n, k, typeB) : matrix(k, n, typeB);
          const order = { transposeA, transposeB };
          const expected = await plainBlas.multiply(a, b, order);
          assert.ok(
            distance(await blas.multiply(a, b, order), expected) < 1e-11 * (1 + Math.sqrt(k)),
          );
          const single = await blas.multiply(a, b, { ...order, precision: 'single' });
          const off = distance(single, expected);
          assert.ok(off < 1e-5 * (1 + Math.sqrt(k)), `single is off by ${off}`);
          if (k > 100) assert.ok(off > 1e-9, 'single was not single');
        }
    });

  for (const [n, d] of [
    [1, 1],
    [9, 5],
    [0, 3],
    [5000, 67],
    [2500, 530],
  ])
    for (const Type of [Float32Array, Float64Array])
      it(`gives AᵀA of ${n} x ${d} (${Type.name}), exactly symmetric`, async () => {
        const a = matrix(n, d, Type);
        const gram = await blas.gram(a);
        assert.ok(distance(gram, await plainBlas.gram(a)) < 1e-12 * (1 + n));
        for (let i = 0; i < d; i++)
          for (let j = 0; j < i; j++) assert.equal(gram[i * d + j], gram[j * d + i]);
      });

  it('lets the event loop turn while it multiplies', async () => {
    const a = matrix(3000, 600, Float32Array);
    let turns = 0;
    let busy = true;
    const turn = () => {
      turns++;
      if (busy) setImmediate(turn);
    };
    setImmediate(turn);
    // 6.5 G operations: 13 blocks at least.
    await blas.multiply(a, a, { transposeB: true, precision: 'double' }).finally(() => {
      busy = false;
    });
    assert.ok(turns >= 13, `${turns} turns`);
  });

  it('takes views and shared memory, and leaves them as they are', async () => {
    const shared = new Float32Array(new SharedArrayBuffer(4 * 12));
    shared.set([9, 9, 1, 2, 3, 4, 5, 6, 9, 9, 9, 9]);
    const a: Matrix = { data: shared.subarray(2), rows: 3, columns: 2 };
    const gram = Float64Array.of(35, 44, 44, 56);
    assert.deepEqual(await blas.gram(a), gram);
    assert.deepEqual(await blas.multiply(a, a, { transposeA: true }), gram);
    assert.deepEqual([...shared], [9, 9, 1, 2, 3, 4, 5, 6, 9, 9, 9, 9]);
  });

  it('does several products at once, and goes on after it was closed', async () => {
    const inputs = [30, 40, 50].map(d => matrix(100, d, Float64Array));
    const expected = await Promise.all(inputs.map(a => plainBlas.gram(a)));
    const grams = await Promise.all(inputs.map(a => blas.gram(a)));
    for (const [i, gram] of grams.entries()) assert.ok(distance(gram, expected[i]) < 1e-12);
    await blas.close?.();
    assert.ok(distance(await blas.gram(inputs[0]), expected[0]) < 1e-12);
  });

  it('refuses shapes that do not fit', async () => {
    const a = matrix(2, 3, Float64Array);
    await assert.rejects(blas.multiply(a, a), RangeError);
    await assert.rejects(blas.gram({ ...a, rows: 9 }), RangeError);
  });

  it('says so where the runtime is missing', () => {
    const script = `
      Object.defineProperty(process, 'arch', { value: 'abacus' });
      const { onnxBlas } = require(${JSON.stringify(join(root, 'src/models/onnx/blas.ts'))});
      onnxBlas().catch(error => console.log(error.notice.code));`;
    const args = ['--import', 'tsx', '--eval', script];
    const code = execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
    assert.equal(code.trim(), 'runtime.missing');
  });
});
