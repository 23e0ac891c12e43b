import assert from 'node:assert/strict';
import {
  incompleteBeta,
  logGamma,
  studentCdf,
  studentQuantile,
} from '../../../src/numerics/student.js';

const close = (a: number, b: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

describe("Student's t", () => {
  it('has the quantiles that SciPy gives', () => {
    for (const [p, df, expected] of [
      [0.975, 1, 12.706204736174694],
      [0.975, 2, 4.302652729749462],
      [0.975, 4, 2.7764451051977934],
      [0.975, 39, 2.022690920036761],
      [0.975, 199, 1.9719565442517533],
      [0.95, 10, 1.8124611228116756],
      [0.6, 3, 0.2766706623326898],
      [0.995, 100_000, 2.575878469908375],
    ])
      close(studentQuantile(p, df), expected);
  });

  it('has the distribution function that SciPy gives', () => {
    close(studentCdf(-1.3, 7), 0.11738391769618862);
    close(studentCdf(2.2, 7), 0.9681344923486817);
    close(studentCdf(0, 3), 0.5);
  });

  it('is symmetric', () => {
    close(studentQuantile(0.1, 6), -studentQuantile(0.9, 6));
  });

  it('rests on functions that SciPy agrees with', () => {
    close(incompleteBeta(0.3, 2, 5), 0.579825);
    close(incompleteBeta(0.9, 0.5, 7), 0.9999999780702157);
    close(incompleteBeta(0.5, 100, 120), 0.9117960627949818);
    close(logGamma(0.5), Math.log(Math.sqrt(Math.PI)), 1e-13);
    close(logGamma(11), Math.log(3_628_800), 1e-13);
    close(logGamma(0.25), 1.2880225246980774, 1e-13);
  });
});
