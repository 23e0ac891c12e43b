/** ψ(x), the derivative of ln Γ, for x > 0: the recurrence up to 10, then its asymptotic series; error below 1e-13 max(1, |ψ|). */
export function digamma(x: number): number {
  let value = 0;
  let at = x;
  while (at < 10) value -= 1 / at++;
  const s = 1 / (at * at);
  // Bernoulli's numbers over 2k: 1/12, 1/120, 1/252, 1/240, 1/132, 691/32760, 1/12.
  const series =
    s *
    (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - (s * 691) / 32760)))));
  return value + Math.log(at) - 0.5 / at - series;
}
