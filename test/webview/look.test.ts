import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLight, type Rgb, rampOf, stepOf } from '../../webview/heatmap/colours.js';
import { cellAt, layoutOf, scrollTo } from '../../webview/heatmap/layout.js';
import { scaleTop } from '../../webview/heatmap/look.js';
import { root } from '../support/referenceData.js';

describe('the colour scale', () => {
  it('ends at a round number', () => {
    assert.deepEqual([0.03, 0.1, 0.3, 0.51, 1].map(scaleTop), [0.1, 0.1, 0.5, 1, 1]);
  });

  /** Lightness as CIE defines it, from relative luminance. */
  const lightness = (rgb: Rgb) => {
    const [r, g, b] = rgb.map(c =>
      c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
    );
    const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    return y > 0.008856 ? 116 * Math.cbrt(y) - 16 : 903.3 * y;
  };

  it('runs from one end to the other, its lightness in even steps', () => {
    for (const [low, high] of [
      [
        [20, 34, 46],
        [143, 224, 245],
      ],
      [
        [243, 247, 251],
        [11, 60, 120],
      ],
      [
        [0, 0, 0],
        [255, 255, 255],
      ],
    ] satisfies [Rgb, Rgb][]) {
      const ramp = rampOf([low, high]);
      assert.deepEqual([ramp[0], ramp[255]], [low, high]);
      const steps = ramp.slice(1).map((rgb, i) => lightness(rgb) - lightness(ramp[i]));
      const sign = Math.sign(steps.reduce((a, b) => a + b));
      const runs = Array.from({ length: 15 }, (_, i) =>
        steps.slice(i * 17, i * 17 + 17).reduce((a, b) => a + b),
      );
      assert.ok(
        runs.every(run => Math.sign(run) === sign),
        'one direction',
      );
      assert.ok(
        Math.max(...runs.map(Math.abs)) < 2.5 * Math.min(...runs.map(Math.abs)),
        'even steps',
      );
    }
  });

  it('changes as evenly as it looks between the colours that each kind of theme gets', () => {
    // OKLab as its author publishes it, not by the code under test.
    const oklab = (rgb: Rgb) => {
      const [r, g, b] = rgb.map(c =>
        c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
      );
      const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
      const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
      const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
      return [
        0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
        1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
        0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
      ];
    };
    // The toe of OKLrab: lightness counted from black as CIE's L* does.
    const toe = 1.206 / 1.03;
    const even = ([L, a, b]: number[]) => {
      const x = toe * L - 0.206;
      return [0.5 * (x + Math.sqrt(x * x + 4 * 0.03 * toe * L)), a, b];
    };
    const colours = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).contributes
      .colors as { id: string; defaults: Record<string, string> }[];
    const rgb = (id: string, kind: string): Rgb => {
      const hex = colours.find(colour => colour.id === id)!.defaults[kind];
      return [1, 3, 5].map(i => Number.parseInt(hex.slice(i, i + 2), 16)) as unknown as Rgb;
    };
    for (const kind of ['dark', 'light', 'highContrast', 'highContrastLight']) {
      const ramp = rampOf([
        rgb('transferlens.heatmap.low', kind),
        rgb('transferlens.heatmap.high', kind),
      ]);
      const at = Array.from({ length: 16 }, (_, i) => even(oklab(ramp[i * 17])));
      const far = (p: number[], q: number[]) => Math.hypot(...p.map((v, k) => v - q[k]));
      const steps = at.slice(1).map((p, i) => far(p, at[i]));
      const spread = Math.max(...steps) / Math.min(...steps);
      assert.ok(spread < 1.25, `${kind}: the largest step is ${spread} times the smallest`);
      // Lightness alone tells values apart, so it does not matter which hues are seen.
      assert.ok(Math.abs(at[15][0] - at[0][0]) > 0.5, `${kind}: dark to light`);
    }
  });

  it('places values by their share of the scale', () => {
    assert.deepEqual(
      [0, 0.25, 0.5, 0.7].map(p => stepOf(p, 0.5)),
      [0, 128, 255, 255],
    );
  });

  it('knows what to write on a colour', () => {
    assert.equal(isLight([255, 255, 255]), true);
    assert.equal(isLight([11, 60, 120]), false);
  });
});

describe('the layout of the heatmap', () => {
  const room = {
    rows: 50,
    columns: 100,
    width: 1000,
    height: 600,
    rowLabel: 80,
    columnLabel: 60,
    zoom: 1,
  };

  it('fills the width, and turns labels that do not fit', () => {
    const layout = layoutOf(room);
    assert.ok(Math.abs(layout.width - 1000) <= 1);
    assert.equal(layout.turned, true);
    assert.equal(layoutOf({ ...room, columns: 8 }).turned, false);
  });

  it('finds the cell under a point, and scrolls just as far as a cell needs', () => {
    const layout = layoutOf(room);
    assert.equal(cellAt(layout, 10, 300, 0, 0), null);
    const cell = { row: 40, column: 3 };
    const at = scrollTo(layout, cell, { left: 0, top: 0, width: 1000, height: 600 });
    const y = layout.head + 40.5 * layout.cellHeight - at.top;
    assert.ok(y < 600);
    assert.deepEqual(cellAt(layout, layout.gutter + 3.5 * layout.cellWidth, y, 0, at.top), cell);
    assert.equal(at.left, 0);
  });
});
