import type { FeatureData } from '../passes/featureData.js';

/** Features that are not the same for all samples of a set, ascending; int32. One pass: no rounding decides. */
export function varyingColumns(data: FeatureData): Promise<Int32Array> {
  return data.once('varying columns', async () => {
    const { dimension: d, pace } = data;
    const first = new Float32Array(d);
    const varies = new Uint8Array(d);
    let constant = d;
    for await (const { start, rows, values } of data.blocks()) {
      if (start === 0) first.set(values.subarray(0, d));
      for (let i = 0, at = 0; i < rows; i++)
        for (let j = 0; j < d; j++)
          if (values[at++] !== first[j] && varies[j] === 0) {
            varies[j] = 1;
            constant--;
          }
      if (constant === 0) break;
      if (pace.due(rows * d)) await pace.pause();
    }
    return Int32Array.from(varies.keys()).filter(j => varies[j] === 1);
  });
}
