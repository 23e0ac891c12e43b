import assert from 'node:assert/strict';
import { boundedJoint } from '../../../src/heatmap/bounded.js';
import { Heatmaps, jointsIn, packJoint, packJoints } from '../../../src/heatmap/index.js';
import { type HeatmapRequest, heatmapRequestSchema } from '../../../src/protocol/heatmap.js';
import type { Joint } from '../../../src/protocol/worker.js';
import { jointOf } from '../../fixtures/panel/random.js';
import { conditional } from '../../support/conditional.js';

const small: Joint = {
  model: 'm',
  targetClasses: ['cat', 'dog'],
  sourceClasses: ['tabby', 'dead', 'collie', 'lynx'],
  soft: Float32Array.from([3, 0, 1, 2, 1, 0, 4, 0]),
  hard: Uint32Array.from([3, 0, 1, 2, 1, 0, 4, 0]),
};
const names = (prefix: string, n: number) => Array.from({ length: n }, (_, i) => `${prefix} ${i}`);
const large = jointOf('m', names('source', 530), names('target', 37), 9000, 4, 3);

const all: HeatmapRequest = {
  ...{ run: 'r', model: 'm', top: null, filter: '', cells: 1e6 },
  ...{ rows: [0, 1e9], columns: [0, 1e9], block: { rows: 1, columns: 1 } },
};

async function windowOf(joint: Joint, request: Partial<HeatmapRequest> = {}) {
  const found = await new Heatmaps(async () => joint).window({ ...all, ...request });
  assert.ok(found);
  return found;
}

describe('parts of a heatmap', () => {
  it('are the conditional distribution of target classes for each source class', async () => {
    const { rows, columns, largest, images, whole } = await windowOf(small);
    assert.deepEqual(rows.first, ['tabby', 'lynx', 'collie', 'dead']);
    assert.deepEqual(columns.first, ['cat', 'dog']);
    const expected = [0.75, 0.25, 1, 0, Math.fround(0.2), Math.fround(0.8), 0, 0];
    assert.deepEqual([...largest], expected);
    assert.deepEqual([...images], [3, 1, 2, 0, 1, 4, 0, 0]);
    assert.deepEqual(
      [...rows.weight].map(w => Math.round(w * 11)),
      [4, 2, 5, 0],
    );
    assert.deepEqual([whole.sources, whole.rows, whole.columns, whole.largest], [4, 4, 2, 1]);
  });

  it('are of the heaviest source classes, and of those whose name holds a text', async () => {
    const rowsOf = async (top: number | null, filter: string) =>
      (await windowOf(small, { top, filter })).rows.first;
    assert.deepEqual(await rowsOf(2, ''), ['tabby', 'collie']);
    assert.deepEqual(await rowsOf(null, 'L'), ['lynx', 'collie']);
    assert.deepEqual(await rowsOf(1, 'L'), ['collie']);
    assert.deepEqual(await rowsOf(null, 'zebra'), []);
  });

  it('sum up blocks: the largest, the mean of source classes that are alive, all images', async () => {
    const joint = structuredClone(large);
    // A source class without any weight is in no mean.
    for (let y = 0; y < 37; y++) joint.soft[y * 530 + 11] = 0;
    const order = (await windowOf(joint)).rows.first.map(name => joint.sourceClasses.indexOf(name));
    const block = { rows: 8, columns: 4 };
    const found = await windowOf(joint, { rows: [100, 1e9], columns: [6, 30], block });
    const { rows, columns } = found;
    assert.deepEqual([rows.from, rows.to, columns.from, columns.to], [96, 530, 4, 32]);
    assert.equal(found.largest.length, Math.ceil((530 - 96) / 8) * 7);
    for (let k = 0; k < found.largest.length; k++) {
      const first = 96 + Math.floor(k / 7) * 8;
      const from = 4 + (k % 7) * 4;
      const sources = order.slice(first, first + 8);
      const targets = Array.from({ length: 4 }, (_, i) => from + i);
      const live = sources.filter(z => z !== 11);
      const cells = live.flatMap(z => targets.map(y => conditional(joint, z, y)));
      const hard = sources.flatMap(z => targets.map(y => joint.hard[y * 530 + z]));
      assert.equal(found.largest[k], Math.fround(Math.max(...cells)));
      const mean = cells.reduce((a, b) => a + b, 0) / cells.length;
      assert.ok(Math.abs(found.mean[k] - mean) < 1e-7);
      assert.equal(
        found.images[k],
        hard.reduce((a, b) => a + b, 0),
      );
      assert.equal(rows.first[Math.floor(k / 7)], joint.sourceClasses[sources[0]]);
      assert.equal(rows.last[Math.floor(k / 7)], joint.sourceClasses[sources[sources.length - 1]]);
      assert.deepEqual(
        [columns.first[k % 7], columns.last[k % 7]],
        [`target ${from}`, `target ${from + 3}`],
      );
    }
    const total = [...(await windowOf(joint, { block })).rows.weight].reduce((a, b) => a + b, 0);
    assert.ok(Math.abs(total - 1) < 1e-9, 'P(z) of all blocks');
  });

  it('hold no more cells than asked for', async () => {
    for (const cells of [1, 2, 100, 1000, 5000, 530 * 37]) {
      const { largest, rows, columns } = await windowOf(large, { cells });
      assert.ok(largest.length <= cells, `${largest.length} > ${cells}`);
      assert.equal(largest.length, rows.first.length * columns.first.length);
      for (const { block } of [rows, columns]) assert.equal(Math.log2(block) % 1, 0);
    }
    assert.equal((await windowOf(large, { cells: 530 * 37 })).rows.block, 1);
  });

  it('end where the heatmap ends', async () => {
    const empty = await windowOf(large, { rows: [5000, 6000] });
    assert.equal(empty.largest.length, 0);
    const last = await windowOf(large, { rows: [528, 9999], columns: [36, 40] });
    assert.equal(last.largest.length, 2);
  });

  it('are of another joint once there is one', async () => {
    let joint = small;
    const heatmaps = new Heatmaps(async () => joint);
    await heatmaps.window(all);
    joint = { ...small, soft: small.soft.map(n => n * 2), sourceClasses: ['a', 'b', 'c', 'd'] };
    assert.deepEqual((await heatmaps.window(all))?.rows.first, ['a', 'd', 'c', 'b']);
  });

  it('are asked for within bounds', () => {
    assert.ok(heatmapRequestSchema.safeParse(all).success);
    for (const wrong of [
      { rows: [-1, 4] },
      { cells: 1e9 },
      { cells: 0 },
      { block: { rows: 0, columns: 1 } },
      { columns: [0, Number.POSITIVE_INFINITY] },
    ])
      assert.ok(!heatmapRequestSchema.safeParse({ ...all, ...wrong }).success);
  });
});

describe('a heatmap as CSV', () => {
  it('is all source classes, in the order of the rows, at full precision', async () => {
    const lines = [...((await new Heatmaps(async () => large).csv('r', 'm')) ?? [])];
    const { rows, largest } = await windowOf(large);
    assert.equal(lines.length, 531);
    assert.match(lines[0], /^source class,P\(z\),target 0,target 1,.*,target 36\r\n$/);
    for (const [k, line] of lines.slice(1).entries()) {
      const [name, weight, ...cells] = line.trimEnd().split(',');
      assert.equal(name, rows.first[k]);
      assert.equal(Number(weight), rows.weight[k]);
      assert.deepEqual(cells.map(Number), [...largest.slice(37 * k, 37 * k + 37)]);
    }
  });

  it('has no formula and no broken line in it, whatever classes are called', async () => {
    const joint = { ...small, sourceClasses: ['=1+1', 'a,"b"', 'c\r\nd', 'e'] };
    const text = [...((await new Heatmaps(async () => joint).csv('r', 'm')) ?? [])].join('');
    assert.match(text, /^'=1\+1,/m);
    assert.match(text, /^"a,""b""",/m);
    assert.match(text, /^"c\r\nd",/m);
  });
});

describe('joints of a file', () => {
  it('stay as they are where they are small', () => {
    assert.equal(boundedJoint(small, 400_000), small);
  });

  it('keep the heaviest source classes, and sum up all others in one', () => {
    const big = jointOf('big', names('source', 4000), names('target', 200), 50_000, 5);
    const bounded = boundedJoint(big, 400_000);
    assert.equal(bounded.sourceClasses.length, 2000);
    assert.ok(bounded.soft.length <= 400_000);
    assert.equal(bounded.merged, 2001);
    assert.equal(bounded.sourceClasses[1999], '… (2001)');
    for (const y of [0, 7, 199]) {
      const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);
      const row = (joint: Joint, from: 'soft' | 'hard') => {
        const { length } = joint.sourceClasses;
        return sum(joint[from].slice(y * length, y * length + length));
      };
      assert.ok(Math.abs(row(bounded, 'soft') / row(big, 'soft') - 1) < 1e-6);
      assert.equal(row(bounded, 'hard'), row(big, 'hard'));
    }
    const weight = ({ soft, sourceClasses: { length } }: Joint, z: number) =>
      Array.from({ length: 200 }, (_, y) => soft[y * length + z]).reduce((a, b) => a + b, 0);
    const kept = bounded.sourceClasses.slice(0, -1).map(name => big.sourceClasses.indexOf(name));
    const least = Math.min(...kept.map(z => weight(big, z)));
    const left = [...big.sourceClasses.keys()].filter(z => !kept.includes(z));
    for (const z of left) assert.ok(weight(big, z) <= least);
  });

  it('come back as they were, also from plain numbers as the first files had them', async () => {
    const big = jointOf('big', names('source', 700), names('target', 90), 5000, 4);
    const byModel = new Map([small, big].map(joint => [joint.model, joint]));
    const models = [...byModel.keys(), 'of features alone'];
    const packedJoints = await packJoints(models, async id => byModel.get(id) ?? null, 8e6);
    const joints = [small, big].map(({ soft, hard, ...joint }) => ({
      ...joint,
      ...{ soft: Array.from(soft), hard: Array.from(hard) },
    }));
    const texts = [{ packedJoints }, { joints }].map(saved => JSON.stringify(saved));
    assert.ok(texts[0].length < texts[1].length / 3, texts.map(({ length }) => length).join());
    for (const text of texts) {
      const found = jointsIn(JSON.parse(text));
      for (const joint of [small, big]) {
        assert.deepEqual(await found(joint.model), joint);
        assert.equal(await found(joint.model), await found(joint.model));
      }
      assert.equal(await found('of features alone'), null);
    }
  });

  it('are left out where their text is damaged or of another size', async () => {
    const whole = await packJoint(small, 8e6);
    const other = await packJoint({ ...small, soft: new Float32Array(1e7) }, 8e6);
    const damaged = {
      cut: whole.soft.slice(0, -8),
      changed: `${whole.soft.slice(0, 8)}AAAA${whole.soft.slice(12)}`,
      noBase64: '*',
      tooLarge: other.soft,
      tooSmall: (await packJoint({ ...small, soft: new Float32Array(1) }, 8e6)).soft,
    };
    for (const [what, soft] of Object.entries(damaged)) {
      const found = jointsIn({ packedJoints: [{ ...whole, soft }] });
      assert.equal(await found(small.model), null, what);
    }
    const plain = { ...small, soft: [1, 2], hard: [1, 2] };
    assert.equal(await jointsIn({ joints: [plain] })(small.model), null);
  });
});
