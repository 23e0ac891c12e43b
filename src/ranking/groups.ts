import { random, shuffle } from '../numerics/random.js';

/** Groups that the jackknife leaves out in turn. */
export interface Groups {
  /** Group of each row, 0 to groupCount - 1; int32 [n]. */
  groups: Int32Array;
  groupCount: number;
  /** Whether a group holds samples that belong together, so that they are not independent of each other. */
  clustered: boolean;
}

/** Up to this many samples each is left out alone, and never are there more groups. */
const most = 200;
/** Fewer groups make the interval itself too uncertain. */
const fewest = 40;
/**
 * Every group costs a pass over all samples: groups x samples is kept below this where `fewest` allows. Twice as much would make
 * the standard error at n = 2000 certain to 7 % instead of 10 %, and costs a second of a run of thirty.
 */
const work = 1e5;

/** How many groups `n` samples are left out in: each alone while that is cheap, and at least 40. */
function groupCountOf(n: number): number {
  return Math.min(n, Math.max(fewest, Math.min(most, Math.floor(work / n))));
}

/**
 * Deals samples into groups of equal size at random, with a seed. Labels play no part: how many samples of a class there are is
 * itself random, and the groups must show it.
 * @param together what each sample belongs to (patient, video, scene), if that is known; such samples are never parted
 */
export function jackknifeGroups(
  n: number,
  seed: number,
  together?: ArrayLike<string | number>,
): Groups {
  const next = random(seed);
  const groups = new Int32Array(n);
  if (!together) {
    const groupCount = groupCountOf(n);
    const rows = shuffle(
      Int32Array.from({ length: n }, (_, i) => i),
      next,
    );
    rows.forEach((row, k) => {
      groups[row] = k % groupCount;
    });
    return { groups, groupCount, clustered: false };
  }
  const members = new Map<string | number, number[]>();
  for (let i = 0; i < n; i++) {
    const list = members.get(together[i]);
    if (list) list.push(i);
    else members.set(together[i], [i]);
  }
  const lists = [...members.values()];
  const groupCount = Math.min(lists.length, groupCountOf(n));
  const order = shuffle(
    lists.map((_, k) => k),
    next,
  );
  // The largest first, each to where there is least so far, keeps groups as even as they can be.
  order.sort((a, b) => lists[b].length - lists[a].length);
  const sizes = new Int32Array(groupCount);
  for (const k of order) {
    const g = sizes.indexOf(Math.min(...sizes));
    sizes[g] += lists[k].length;
    for (const row of lists[k]) groups[row] = g;
  }
  return { groups, groupCount, clustered: lists.length < n };
}
