"""Reference values for labels that are numbers: LogME and the ridge probe by direct linear algebra in float64.

Needs numpy and scipy. Writes numbers.json beside this file: `python3 number_labels.py`.
"""

import json
import pathlib

import numpy as np
from scipy.optimize import minimize_scalar


def log_evidence(features, target):
    """Maximum of ln N(t; 0, I / beta + F Fᵀ / alpha) / n, by the dense covariance."""
    n = len(target)
    kernel = features @ features.T
    values, vectors = np.linalg.eigh(kernel)
    values = np.maximum(values, 0)
    turned = (vectors.T @ target) ** 2

    def negative(x):
        # Covariance (I + K / r) / beta with r = alpha / beta; beta in closed form.
        spread = 1 + values / np.exp(x)
        q = np.sum(turned / spread)
        return 0.5 * (np.log(2 * np.pi) + 1 + np.log(q / n) + np.mean(np.log(spread)))

    start = min(np.linspace(-30, 30, 1201), key=negative)
    found = minimize_scalar(negative, bounds=(start - 0.1, start + 0.1), method="bounded", options={"xatol": 1e-12})
    return -min(found.fun, negative(start))


def ridge_probe(features, targets):
    """R² of exact leave-one-out predictions at the penalty of generalised cross-validation."""
    n = len(features)
    x = features - features.mean(0)
    z = x / np.sqrt((x * x).mean(0))
    t = targets - targets.mean(0)
    t = t / np.sqrt((t * t).mean(0))
    best = None
    for penalty in 10.0 ** (-4 + np.arange(25) / 3):
        hat = z @ np.linalg.solve(z.T @ z + penalty * n * np.eye(z.shape[1]), z.T)
        residual = t - hat @ t
        criterion = (residual**2).sum() / n / (1 - (np.trace(hat) + 1) / n) ** 2
        if best is None or criterion < best[0]:
            errors = residual / (1 - np.diag(hat) - 1 / n)[:, None]
            best = criterion, 1 - (errors**2).sum() / (t**2).sum(), penalty
    return best[1], best[2]


def case(n, d, columns, offset, seed):
    rng = np.random.default_rng(seed)
    features = rng.normal(size=(n, d)).astype(np.float32) + np.float32(offset)
    weights = rng.normal(size=(d, columns))
    noise = rng.normal(size=(n, columns)) * np.arange(1, columns + 1)
    targets = np.round((features - offset) @ weights + noise + 3, 6)
    double = features.astype(np.float64)
    value, penalty = ridge_probe(double, targets)
    return {
        "dimension": d,
        "columns": columns,
        "features": [float(v) for v in features.ravel()],
        "targets": [float(v) for v in targets.ravel()],
        "logMe": float(np.mean([log_evidence(double, targets[:, c]) for c in range(columns)])),
        "ridgeProbe": float(value),
        "lambda": float(penalty),
    }


cases = {
    "one-column": case(60, 7, 1, 0, 1),
    "three-columns": case(80, 12, 3, 0, 2),
    "wide": case(25, 40, 2, 0, 3),
    "offset": case(50, 6, 2, 5, 4),
}
pathlib.Path(__file__).with_name("numbers.json").write_text(json.dumps(cases))
