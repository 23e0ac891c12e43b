import assert from 'node:assert/strict';
import { jackknifeGroups } from '../../../src/ranking/index.js';

function sizes({ groups, groupCount }: { groups: Int32Array; groupCount: number }): number[] {
  const found = new Array<number>(groupCount).fill(0);
  for (const g of groups) found[g]++;
  return found;
}

describe('jackknifeGroups', () => {
  it('leaves single samples out while they are few', () => {
    for (const n of [2, 40, 200])
      assert.deepEqual(sizes(jackknifeGroups(n, 1)), new Array(n).fill(1));
  });

  it('deals many samples into 40 to 200 groups of equal size, fewer as passes cost more', () => {
    for (const [n, count] of [
      [201, 200],
      [2000, 50],
      [10_000, 40],
      [50_000, 40],
    ]) {
      const found = sizes(jackknifeGroups(n, 1));
      assert.equal(found.length, count);
      assert.ok(Math.max(...found) - Math.min(...found) <= 1);
    }
  });

  it('is decided by its seed, and mixes samples that lie together', () => {
    assert.deepEqual(jackknifeGroups(2000, 5), jackknifeGroups(2000, 5));
    assert.notDeepEqual(jackknifeGroups(2000, 5), jackknifeGroups(2000, 6));
    const { groups } = jackknifeGroups(2000, 5);
    assert.ok(new Set(groups.subarray(0, 100)).size > 30);
  });

  it('never parts samples that belong together, and balances them', () => {
    const patients = Array.from({ length: 3000 }, (_, i) => `patient ${(i * i) % 500}`);
    const dealt = jackknifeGroups(3000, 1, patients);
    const group = new Map<string, number>();
    patients.forEach((patient, i) => {
      assert.equal(group.get(patient) ?? dealt.groups[i], dealt.groups[i]);
      group.set(patient, dealt.groups[i]);
    });
    const most = Math.max(...[...new Set(patients)].map(p => patients.filter(q => q === p).length));
    const found = sizes(dealt);
    assert.equal(found.length, 40);
    assert.ok(dealt.clustered);
    assert.ok(!jackknifeGroups(3000, 1).clustered);
    assert.ok(!jackknifeGroups(3000, 1, [...patients.keys()]).clustered, 'each of its own');
    assert.ok(Math.max(...found) - Math.min(...found) <= most);
  });

  it('keeps every one of a few given groups', () => {
    const dealt = jackknifeGroups(6, 1, [7, 7, 9, 9, 9, 3]);
    assert.equal(dealt.groupCount, 3);
    assert.deepEqual(
      sizes(dealt).sort((a, b) => a - b),
      [1, 2, 3],
    );
    assert.equal(dealt.groups[0], dealt.groups[1]);
    assert.equal(dealt.groups[2], dealt.groups[4]);
  });
});
