/**
 * A minimum of f between two points: golden sections, and parabolas where they help (Brent 1973, chapter 5).
 * Exact to about `tolerance` in x where f has one minimum there; else some local one, perhaps at an end.
 */
export function minimize(
  f: (x: number) => number,
  low: number,
  high: number,
  tolerance: number,
): { x: number; value: number } {
  const golden = (3 - Math.sqrt(5)) / 2;
  let [a, b] = [Math.min(low, high), Math.max(low, high)];
  // x is the best point so far, w the next best, v what w was before.
  let x = a + golden * (b - a);
  let value = f(x);
  let [w, v, atW, atV] = [x, x, value, value];
  let step = 0;
  let lastStep = 0;
  for (let round = 0; round < 500; round++) {
    const middle = (a + b) / 2;
    // Nearer than this f is flat to rounding.
    const near = 1.5e-8 * Math.abs(x) + tolerance / 3;
    if (Math.abs(x - middle) <= 2 * near - (b - a) / 2) break;
    const parabola = Math.abs(lastStep) > near ? vertex(x, w, v, value, atW, atV) : Number.NaN;
    const beforeLast = lastStep;
    lastStep = step;
    if (Math.abs(parabola) < Math.abs(beforeLast / 2) && x + parabola > a && x + parabola < b) {
      step = parabola;
      if (x + step - a < 2 * near || b - x - step < 2 * near) step = x < middle ? near : -near;
    } else {
      lastStep = x < middle ? b - x : a - x;
      step = golden * lastStep;
    }
    const u = x + (Math.abs(step) >= near ? step : Math.sign(step) * near);
    const atU = f(u);
    if (atU <= value) {
      if (u < x) b = x;
      else a = x;
      [v, w, x] = [w, x, u];
      [atV, atW, value] = [atW, value, atU];
    } else {
      if (u < x) a = u;
      else b = u;
      if (atU <= atW || w === x) {
        [v, w] = [w, u];
        [atV, atW] = [atW, atU];
      } else if (atU <= atV || v === x || v === w) {
        v = u;
        atV = atU;
      }
    }
  }
  return { x, value };
}

/** How far from x the parabola through three points has its vertex; no number where they are on a line. */
function vertex(x: number, w: number, v: number, atX: number, atW: number, atV: number): number {
  const r = (x - w) * (atX - atV);
  const q = (x - v) * (atX - atW);
  return -((x - v) * q - (x - w) * r) / (2 * (q - r));
}
