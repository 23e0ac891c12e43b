/** What `lbfgs` minimises: value and gradient at x. `x` is reused, keep no reference to it. */
export type Objective = (x: Float64Array) => Promise<{ value: number; gradient: Float64Array }>;

export interface LbfgsOptions {
  /** Pairs of steps and gradient changes that are kept. */
  memory?: number;
  /** Ends where no component of the gradient is larger. */
  gradientTolerance: number;
  maxIterations: number;
  /** Its reason is thrown at the next evaluation. */
  signal?: AbortSignal;
}

export interface LbfgsResult {
  x: Float64Array;
  value: number;
  gradient: Float64Array;
  iterations: number;
  evaluations: number;
  /** False where iterations, or the digits of the value, were used up first. */
  converged: boolean;
}

interface Pair {
  step: Float64Array;
  change: Float64Array;
  /** 1 / (step · change) */
  rho: number;
}

interface Point {
  x: Float64Array;
  value: number;
  gradient: Float64Array;
}

/**
 * A minimum of a smooth function by limited-memory BFGS (Nocedal 1980) with a bisecting line search for the weak Wolfe
 * conditions (Lewis and Overton 2013). `f` may give no number, or infinity, outside its domain; not at `start`.
 */
export async function lbfgs(
  f: Objective,
  start: Float64Array,
  { memory = 10, gradientTolerance, maxIterations, signal }: LbfgsOptions,
): Promise<LbfgsResult> {
  let evaluations = 0;
  const at = async (x: Float64Array): Promise<Point> => {
    signal?.throwIfAborted();
    evaluations++;
    const { value, gradient } = await f(x);
    return { x, value, gradient: gradient.slice() };
  };
  const pairs: Pair[] = [];
  let point = await at(start.slice());
  let iterations = 0;
  let converged = largest(point.gradient) <= gradientTolerance;
  for (; !converged && iterations < maxIterations; iterations++) {
    const direction = descent(point.gradient, pairs);
    // Without a history the length of the gradient says nothing: the first step has at most length one.
    const first = pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(dot(direction, direction)));
    const next = await search(at, point, direction, first);
    if (!next) {
      if (pairs.length === 0) break;
      // A stale history can spoil the direction: once more along the gradient itself.
      pairs.length = 0;
      continue;
    }
    const step = next.x.map((value, i) => value - point.x[i]);
    const change = next.gradient.map((value, i) => value - point.gradient[i]);
    const curvature = dot(step, change);
    if (curvature > 1e-16 * dot(change, change)) {
      pairs.push({ step, change, rho: 1 / curvature });
      if (pairs.length > memory) pairs.shift();
    }
    point = next;
    converged = largest(point.gradient) <= gradientTolerance;
  }
  return { ...point, iterations, evaluations, converged };
}

/** Minus the inverse Hessian that the pairs stand for, times the gradient (the two-loop recursion). */
function descent(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const direction = gradient.map(value => -value);
  const alphas = new Float64Array(pairs.length);
  for (let k = pairs.length - 1; k >= 0; k--) {
    alphas[k] = pairs[k].rho * dot(pairs[k].step, direction);
    addScaled(direction, pairs[k].change, -alphas[k]);
  }
  const newest = pairs.at(-1);
  if (newest) {
    const scale = 1 / (newest.rho * dot(newest.change, newest.change));
    for (let i = 0; i < direction.length; i++) direction[i] *= scale;
  }
  for (let k = 0; k < pairs.length; k++)
    addScaled(direction, pairs[k].step, alphas[k] - pairs[k].rho * dot(pairs[k].change, direction));
  return direction;
}

/** A point along a direction of descent that meets the weak Wolfe conditions; null where rounding hides any descent. */
async function search(
  at: (x: Float64Array) => Promise<Point>,
  from: Point,
  direction: Float64Array,
  first: number,
): Promise<Point | null> {
  const slope = dot(direction, from.gradient);
  if (!(slope < 0)) return null;
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let length = first;
  let best: Point | null = null;
  for (let round = 0; round < 30; round++) {
    const next = await at(from.x.map((value, i) => value + length * direction[i]));
    const nextSlope = dot(direction, next.gradient);
    // Where the value has no digits left to fall, the slope says whether the step was too long (Hager and Zhang 2005).
    const level = next.value <= from.value + 1e-14 * Math.abs(from.value);
    const fallen = next.value <= from.value + 1e-4 * length * slope;
    if (!fallen && !(level && nextSlope <= -0.9 * slope)) high = length;
    else {
      best = next;
      if (nextSlope >= 0.9 * slope) return next;
      low = length;
    }
    length = high === Number.POSITIVE_INFINITY ? 2 * low : (low + high) / 2;
  }
  // Descent without enough curvature still is progress.
  return best;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addScaled(to: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i] += factor * values[i];
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
