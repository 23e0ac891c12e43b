/** LEEP, leave-one-out LEEP and NCE as one would write them down, for tests to hold the fast ones against. */
type Rows = readonly (readonly number[])[];

const indexes = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** P̂(y|z) estimated from some of the samples, with `extra` samples a source class spread like `prior`. */
function conditional(
  theta: Rows,
  labels: readonly number[],
  from: readonly number[],
  y: number,
  z: number,
  extra = 0,
  prior = 0,
): number {
  let joint = extra * prior;
  let marginal = extra;
  for (const i of from) {
    marginal += theta[i][z];
    if (labels[i] === y) joint += theta[i][z];
  }
  return marginal > 0 ? joint / marginal : 0;
}

export function naiveLeep(theta: Rows, labels: readonly number[]): number {
  const all = indexes(labels.length);
  const logs = all.map(i =>
    Math.log(
      theta[i].reduce((sum, p, z) => sum + p * conditional(theta, labels, all, labels[i], z), 0),
    ),
  );
  return logs.reduce((a, b) => a + b, 0) / logs.length;
}

/** Every sample scored by the predictor of the others: the joint and the class prior are both estimated without it. */
export function naiveLeaveOneOut(theta: Rows, labels: readonly number[]): number {
  const n = labels.length;
  const classes = new Set(labels).size;
  const logs = indexes(n).map(i => {
    const others = indexes(n).filter(j => j !== i);
    const same = others.filter(j => labels[j] === labels[i]).length;
    // Add-one smoothing of the class frequencies of the other samples.
    const prior = (same + 1) / (others.length + classes);
    return Math.log(
      theta[i].reduce(
        (sum, p, z) => sum + p * conditional(theta, labels, others, labels[i], z, 1, prior),
        0,
      ),
    );
  });
  return logs.reduce((a, b) => a + b, 0) / n;
}

export function naiveNce(theta: Rows, labels: readonly number[]): number {
  const hard = theta.map(row => row.indexOf(Math.max(...row)));
  const logs = labels.map((y, i) => {
    const same = indexes(labels.length).filter(j => hard[j] === hard[i]);
    return Math.log(same.filter(j => labels[j] === y).length / same.length);
  });
  return logs.reduce((a, b) => a + b, 0) / logs.length;
}
