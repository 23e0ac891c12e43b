/** Where a function of log r is to be computed, and how its values at other places follow. */
export interface Interpolation {
  nodes: number[];
  /** For each place that was asked for. */
  weights: NodeWeight[][];
}

export interface NodeWeight {
  node: number;
  weight: number;
}

/** Decades that one polynomial spans at most. */
const span = 2;
/** Relative to how much the function changes. */
const tolerance = 3e-4;

/**
 * Interpolation of functions like r / (r + σ) at the given decimal logarithms of r: polynomials through Chebyshev nodes over
 * stretches of at most two decades. Their singularities are iπ or more (in ln r) from the axis, which tells how many nodes do;
 * where places are fewer they are the nodes.
 */
export function interpolation(places: Float64Array): Interpolation {
  const order = Array.from(places.keys()).sort((i, j) => places[i] - places[j]);
  const nodes: number[] = [];
  const weights: Interpolation['weights'] = Array.from(places, () => []);
  for (let start = 0; start < order.length; ) {
    const low = places[order[start]];
    let end = start;
    while (end < order.length && places[order[end]] <= low + span) end++;
    const members = order.slice(start, end);
    const own = [...new Set(members.map(c => places[c]))];
    const high = own[own.length - 1];
    const chosen = own.length <= countFor(high - low) ? own : chebyshev(low, high);
    for (const c of members)
      lagrange(chosen, places[c]).forEach((weight, k) => {
        if (weight !== 0) weights[c].push({ node: nodes.length + k, weight });
      });
    nodes.push(...chosen);
    start = end;
  }
  return { nodes, weights };
}

/** Nodes over so many decades: the error falls like ρ^-count, ρ the Bernstein ellipse that touches the singularities. */
function countFor(decades: number): number {
  if (decades === 0) return 1;
  const pole = (2 * Math.PI) / (decades * Math.LN10);
  const rho = pole + Math.sqrt(1 + pole * pole);
  return Math.max(2, Math.ceil(-Math.log(tolerance) / Math.log(rho)));
}

function chebyshev(low: number, high: number): number[] {
  const count = countFor(high - low);
  return Array.from(
    { length: count },
    (_, k) => (low + high) / 2 - (Math.cos((Math.PI * (k + 0.5)) / count) * (high - low)) / 2,
  );
}

function lagrange(nodes: readonly number[], x: number): number[] {
  return nodes.map((own, k) =>
    nodes.reduce(
      (product, other, j) => (j === k ? product : (product * (x - other)) / (own - other)),
      1,
    ),
  );
}
