"""Reference values of PACTran from the definitions, in float64: every q and every Dirichlet written out.

Needs numpy and scipy. Writes pactran.json beside this file from its cases: `python3 pactran.py`.

Dirichlet: y_i | z_i ~ V_z, z_i ~ theta_i, V_z ~ Dirichlet(a0), a0_y = n_y / n over the classes that have samples. Ten rounds of
a = a0 + sums of q, q = posterior given a, from q = theta; `bound` is E_q[ln p(y, z, V)] - E_q[ln q] with the last a and q, over n.
`evidence` is the exact log evidence over n where all z can be summed over (`tiny` alone): never below the bound.

Gaussian: features less their mean over the root mean square of all deviations; minimum over W, b of the mean cross-entropy plus
|W|^2 / (2 n), by Newton's method; `loss` is that minimum, `trace` that of the Hessian of the summed cross-entropy in W,
`value` = -(loss + C / (2 n) ln(1 + n / (C d) trace)).
"""

import itertools
import json
import pathlib

import numpy as np
from scipy.special import digamma, gammaln, logsumexp

here = pathlib.Path(__file__).resolve().parent


def dirichlet(probs, labels):
    theta = probs.astype(float)
    classes, y = np.unique(labels, return_inverse=True)
    n, cs = theta.shape
    onehot = np.eye(len(classes))[y]
    a0 = onehot.mean(0)[:, None] * np.ones(cs)
    q = theta
    with np.errstate(divide="ignore"):
        log_theta = np.log(theta)
    for _ in range(10):
        a = a0 + onehot.T @ q
        expected = digamma(a) - digamma(a.sum(0))
        logits = log_theta + expected[y]
        q = np.exp(logits - logsumexp(logits, axis=1, keepdims=True))
    live = q > 0
    bound = np.sum(q[live] * (log_theta[live] + expected[y][live] - np.log(q[live])))
    for z in range(cs):
        def log_density_mean(b):
            return gammaln(b.sum()) - gammaln(b).sum() + np.sum((b - 1) * expected[:, z])
        bound += log_density_mean(a0[:, z]) - log_density_mean(a[:, z])
    return bound / n


def exact_evidence(probs, labels):
    theta = probs.astype(float)
    classes, y = np.unique(labels, return_inverse=True)
    n, cs = theta.shape
    a0 = np.bincount(y) / n
    total = -np.inf
    for z in itertools.product(range(cs), repeat=n):
        term = np.sum(np.log(theta[np.arange(n), z]))
        for k in range(cs):
            count = np.bincount(y[np.array(z) == k], minlength=len(a0))
            term += gammaln(1) - gammaln(1 + count.sum()) + np.sum(gammaln(a0 + count) - gammaln(a0))
        total = np.logaddexp(total, term)
    return total / n


def gaussian(features, labels):
    x = features.astype(float)
    x = x - x.mean(0)
    x[:, np.ptp(features, axis=0) == 0] = 0
    n, d = x.shape
    x /= np.sqrt(np.mean(x * x))
    classes, y = np.unique(labels, return_inverse=True)
    c = len(classes)
    onehot = np.eye(c)[y]
    xb = np.hstack([x, np.ones((n, 1))])
    ridge = np.zeros((c, d + 1))
    ridge[:, :d] = 1 / n
    w = np.zeros((c, d + 1))

    def parts(w):
        s = xb @ w.T
        log_p = s - logsumexp(s, axis=1, keepdims=True)
        loss = -np.mean(np.sum(onehot * log_p, axis=1)) + np.sum(ridge * w * w) / 2
        return loss, np.exp(log_p)

    loss, p = parts(w)
    for _ in range(200):
        gradient = ((p - onehot).T @ xb / n + ridge * w).ravel()
        if np.abs(gradient).max() < 1e-13:
            break
        hessian = np.zeros((c * (d + 1), c * (d + 1)))
        for a in range(c):
            for b in range(c):
                weight = p[:, a] * ((a == b) - p[:, b])
                block = (xb * weight[:, None]).T @ xb / n
                hessian[a * (d + 1):(a + 1) * (d + 1), b * (d + 1):(b + 1) * (d + 1)] = block
        hessian += np.diag(ridge.ravel())
        step = np.linalg.lstsq(hessian, gradient, rcond=1e-13)[0].reshape(w.shape)
        length = 1.0
        while length > 1e-10 and parts(w - length * step)[0] > loss - 1e-4 * length * gradient @ step.ravel():
            length /= 2
        w = w - length * step
        loss, p = parts(w)
    trace = np.sum(p * (1 - p) * np.sum(x * x, axis=1, keepdims=True))
    return {"loss": loss, "trace": trace, "value": -(loss + c / (2 * n) * np.log1p(n / (c * d) * trace))}


found = {}
for file in sorted(here.glob("*.npz")):
    case = np.load(file)
    found[file.stem] = {
        "pacTranDirichlet": {"bound": dirichlet(case["probs"], case["labels"])},
        "pacTranGaussian": gaussian(case["features"], case["labels"]),
    }
tiny = {
    "probs": [[0.7, 0.2, 0.1], [0.6, 0.1, 0.3], [0.1, 0.8, 0.1], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4], [0.1, 0.1, 0.8], [0.5, 0.4, 0.1]],
    "labels": [0, 0, 1, 1, 0, 1, 0],
}
probs, labels = np.array(tiny["probs"]), np.array(tiny["labels"])
found["tiny"] = {**tiny, "pacTranDirichlet": {"bound": dirichlet(probs, labels), "evidence": exact_evidence(probs, labels)}}
(here / "pactran.json").write_text(json.dumps(found, indent=1) + "\n")
