import assert from 'node:assert/strict';
import { fromFloat16, toFloat16 } from '../../../src/models/onnx/float16.js';

const all = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

describe('float16', () => {
  it('every half survives the way to float32 and back', () => {
    const back = toFloat16(fromFloat16(all));
    all.forEach((bits, i) => {
      const noNumber = (bits & 0x7c00) === 0x7c00 && (bits & 0x3ff) !== 0;
      if (noNumber) assert.equal(back[i] & 0x7e00, 0x7e00);
      else assert.equal(back[i], bits);
    });
  });

  it('known values', () => {
    const pairs: [number, number][] = [
      [1, 0x3c00],
      [-2, 0xc000],
      [65504, 0x7bff],
      [65519.99, 0x7bff],
      [65520, 0x7c00],
      [1e30, 0x7c00],
      [-Infinity, 0xfc00],
      [2 ** -14, 0x0400],
      [2 ** -24, 0x0001],
      [2 ** -25, 0x0000],
      [2 ** -25 * 1.0001, 0x0001],
      [-0, 0x8000],
      [1 / 3, 0x3555],
      // Halfway between two halves: to the even one.
      [1 + 2 ** -11, 0x3c00],
      [1 + 3 * 2 ** -11, 0x3c02],
      [1.5 * 2 ** -24, 0x0002],
      [2.5 * 2 ** -24, 0x0002],
      // The largest subnormal rounds up into the normal numbers.
      [1023.75 * 2 ** -24, 0x0400],
    ];
    const bits = toFloat16(Float32Array.from(pairs, ([value]) => value));
    assert.deepEqual(
      [...bits],
      pairs.map(([, half]) => half),
    );
  });

  it('the nearest half is taken over twelve decades, and the even one of two as near', () => {
    const halves = fromFloat16(all.subarray(0, 0x7c00));
    const values = new Float32Array(20_000);
    let state = 1;
    for (let i = 0; i < values.length; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      values[i] = 2 ** (-26 + (41.9 * state) / 2 ** 32);
    }
    toFloat16(values).forEach((bits, i) => {
      const gap = Math.abs(halves[bits] - values[i]);
      for (const other of [bits - 1, bits + 1]) {
        if (other < 0 || other >= 0x7c00) continue;
        const gapOther = Math.abs(halves[other] - values[i]);
        assert.ok(gap < gapOther || (gap === gapOther && bits % 2 === 0), String(values[i]));
      }
    });
  });
});
