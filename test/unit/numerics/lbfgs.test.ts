import assert from 'node:assert/strict';
import { lbfgs, type Objective } from '../../../src/numerics/lbfgs.js';
import { distance } from './matrices.js';

/** Rosenbrock's valley, in as many dimensions as x has. */
const rosenbrock: Objective = async x => {
  const gradient = new Float64Array(x.length);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const rise = x[i + 1] - x[i] * x[i];
    value += 100 * rise * rise + (1 - x[i]) ** 2;
    gradient[i] += -400 * x[i] * rise - 2 * (1 - x[i]);
    gradient[i + 1] += 200 * rise;
  }
  return { value, gradient };
};

/** Σ scale_i (x_i - i)² / 2 */
const bowl =
  (scale: (i: number) => number): Objective =>
  async x => ({
    value: x.reduce((sum, v, i) => sum + (scale(i) * (v - i) ** 2) / 2, 0),
    gradient: x.map((v, i) => scale(i) * (v - i)),
  });

const strict = { gradientTolerance: 1e-9, maxIterations: 1000 };

describe('lbfgs', () => {
  for (const size of [2, 20])
    it(`goes down Rosenbrock's valley in ${size} dimensions`, async () => {
      const start = new Float64Array(size).fill(-1);
      const result = await lbfgs(rosenbrock, start, strict);
      assert.ok(result.converged);
      assert.ok(distance(result.x, new Float64Array(size).fill(1)) < 1e-8);
      assert.ok(result.evaluations < 30 + 8.5 * size, `${result.evaluations} evaluations`);
      assert.deepEqual(start, new Float64Array(size).fill(-1));
    });

  it('finds the logistic regression that SciPy finds', async () => {
    // x_ij = sin(3i + 5j + ij), y_i = [sin i > x_i0 - 0.2], mean log loss + 0.01 |w|²: scipy.optimize.minimize
    const x = Array.from({ length: 30 }, (_, i) =>
      [0, 1, 2].map(j => Math.sin(3 * i + 5 * j + i * j)),
    );
    const y = x.map((row, i) => (Math.sin(i) > row[0] - 0.2 ? 1 : 0));
    const loss: Objective = async w => {
      let value = 0;
      const gradient = w.map(v => 0.02 * v);
      for (const [i, row] of x.entries()) {
        const z = row.reduce((sum, v, j) => sum + v * w[j], 0);
        value += (Math.log1p(Math.exp(z)) - y[i] * z) / 30;
        for (const [j, v] of row.entries())
          gradient[j] += (v * (1 / (1 + Math.exp(-z)) - y[i])) / 30;
      }
      return { value: value + 0.01 * w.reduce((sum, v) => sum + v * v, 0), gradient };
    };
    const result = await lbfgs(loss, new Float64Array(3), strict);
    assert.ok(Math.abs(result.value - 0.38029462102888556) < 1e-14);
    assert.ok(result.evaluations < 15, `${result.evaluations} evaluations`);
    assert.ok(
      distance(result.x, [-2.3013920633019653, 0.21396397837761297, 1.576333181738846]) < 1e-7,
    );
  });

  it('copes with scales a million apart', async () => {
    const result = await lbfgs(
      bowl(i => 10 ** (i % 7)),
      new Float64Array(7),
      strict,
    );
    assert.ok(result.converged);
    // SciPy's L-BFGS-B with the same memory: 75.
    assert.ok(result.evaluations < 90, `${result.evaluations} evaluations`);
    assert.ok(
      distance(
        result.x,
        result.x.map((_, i) => i),
      ) < 1e-8,
    );
  });

  it('reaches the tolerance also where the value has no digits left', async () => {
    let calls = 0;
    const rounded: Objective = async x => {
      const { value, gradient } = await rosenbrock(x);
      return { value: value + 1 + (calls++ % 3) * 2e-15, gradient };
    };
    const result = await lbfgs(rounded, new Float64Array(4).fill(-1), {
      ...strict,
      gradientTolerance: 1e-10,
    });
    assert.ok(result.converged);
    assert.ok(result.evaluations < 80, `${result.evaluations} evaluations`);
  });

  it('steps back from where the function is not defined', async () => {
    const barrier: Objective = async ([x]) => ({
      value: x > 0 ? x - Math.log(x) : Number.NaN,
      gradient: Float64Array.of(1 - 1 / x),
    });
    const { x, converged } = await lbfgs(barrier, Float64Array.of(50), strict);
    assert.ok(converged && Math.abs(x[0] - 1) < 1e-8);
  });

  it('says when it has not arrived', async () => {
    const short = await lbfgs(rosenbrock, new Float64Array(5), { ...strict, maxIterations: 3 });
    assert.equal(short.converged, false);
    assert.equal(short.iterations, 3);
    const noisy: Objective = async x => ({ value: x[0] ** 2, gradient: Float64Array.of(-1) });
    const lost = await lbfgs(noisy, Float64Array.of(1), strict);
    assert.equal(lost.converged, false);
    assert.ok(lost.evaluations < 100);
  });

  it('is done at once at a minimum', async () => {
    const result = await lbfgs(
      bowl(() => 1),
      Float64Array.of(0, 1, 2),
      strict,
    );
    assert.deepEqual([result.iterations, result.evaluations], [0, 1]);
  });

  it('stops at the next evaluation when it is told to', async () => {
    const controller = new AbortController();
    let calls = 0;
    const counted: Objective = async x => {
      if (++calls === 4) controller.abort(new Error('enough'));
      return rosenbrock(x);
    };
    const run = lbfgs(counted, new Float64Array(6), { ...strict, signal: controller.signal });
    await assert.rejects(run, /enough/);
    assert.equal(calls, 4);
  });
});
