"""Reference inputs and values of the transferability measures.

Writes one NAME.npz a case (probs, logits, features, labels) and expected.json beside this file.
Needs numpy, scipy and scikit-learn (made with numpy 1.24, scipy 1.10, scikit-learn 1.2):

    python3 test/golden/measures/make.py            # write the files
    python3 test/golden/measures/make.py --check DIR # compare with other values of the same measures

All arithmetic is float64 on the float32 inputs. Slow and obvious on purpose: leave-one-out means n refits.
README.md states every definition.
"""
import json
import sys
import warnings
from pathlib import Path

import numpy as np
from scipy.linalg import eigh
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, logsumexp, softmax
from scipy.stats import rankdata, spearmanr
from sklearn.covariance import LedoitWolf
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

HERE = Path(__file__).resolve().parent
EPS = np.finfo(np.float64).eps
warnings.filterwarnings("ignore")


def check(name, a, b, tol=1e-8):
    """Two independent ways to the same number."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    worst = float(np.max(np.abs(a - b) / np.maximum(1, np.abs(b))))
    if not worst <= tol:
        raise AssertionError(f"{name}: {a} against {b} ({worst:.2e})")


# ---------------------------------------------------------------- inputs

def draw(seed, counts, d, cs, spread=1.0, noise=1.0, sharp=2.0, ids=None, scale=0.6):
    """Class profiles plus noise, for features and for source logits; the rows in shuffled order."""
    rng = np.random.default_rng(seed)
    y = np.repeat(np.arange(len(counts)), counts)
    rng.shuffle(y)
    n = len(y)
    features = scale * (spread * rng.normal(size=(len(counts), d))[y] + noise * rng.normal(size=(n, d)))
    logits = sharp * (0.8 * rng.normal(size=(len(counts), cs))[y] + rng.normal(size=(n, cs)))
    labels = y if ids is None else np.asarray(ids)[y]
    return {"features": features, "logits": logits, "labels": labels}


def inputs():
    cases = {}
    cases["usual"] = draw(1, [40] * 6, 24, 12)
    cases["wide"] = draw(2, [10] * 4, 64, 8, spread=0.5)
    cases["oneEach"] = draw(3, [30, 25, 20, 1, 15, 1], 16, 10)
    cases["gap"] = draw(4, [30, 34, 26], 20, 9, ids=[0, 1, 3])
    cases["imbalanced"] = draw(5, [120, 40, 20, 12, 8], 80, 14, spread=0.4)
    cases["twoClasses"] = draw(6, [45, 35], 18, 7, spread=0.5, scale=0.3)

    c = cases["offset"] = draw(7, [30] * 4, 20, 10, spread=0.7)
    c["features"] = c["features"] + 100 * c["features"].std(axis=0)

    c = cases["degenerate"] = draw(8, [30] * 4, 20, 10, spread=0.7)
    f = c["features"].astype(np.float32)
    f[:, 5], f[:, 11], f[:, 12] = f[:, 4], f[:, 4], f[:, 9]
    f[:, 0], f[:, 7], f[:, 19] = 0, 1, 0.1
    c["features"] = f

    c = cases["deadSource"] = draw(9, [30] * 4, 16, 8)
    c["logits"][:, 3] = -1000

    c = cases["oneHot"] = draw(10, [24] * 5, 16, 7)
    c["logits"] = np.where(np.arange(7) == c["logits"].argmax(axis=1)[:, None], 1000.0, 0.0)

    c = cases["uniform"] = draw(11, [30, 20, 10, 20], 16, 8)
    c["logits"] = np.repeat(c["logits"][:, :1], 8, axis=1)

    cases["separated"] = draw(12, [25] * 4, 16, 10, spread=3.0, noise=0.5)
    cases["large"] = draw(13, [24, 20, 16], 12, 6, spread=0.6, scale=4)

    for c in cases.values():
        c["logits"] = c["logits"].astype(np.float32)
        c["probs"] = softmax(c["logits"].astype(np.float64), axis=1).astype(np.float32)
        c["features"] = c["features"].astype(np.float32)
        c["labels"] = c["labels"].astype(np.int64)
    return cases


# ---------------------------------------------------------------- shared pieces

def dense(labels):
    """Labels as 0..Ct-1 over the classes that have samples, and their counts."""
    _, y, counts = np.unique(labels, return_inverse=True, return_counts=True)
    return y, counts


def varying(x):
    return x[:, x.max(axis=0) > x.min(axis=0)]


def standardise(x, by=None):
    """Population standard deviation; columns that are constant in `by` are dropped."""
    by = x if by is None else by
    keep = by.max(axis=0) > by.min(axis=0)
    return (x[:, keep] - by[:, keep].mean(axis=0)) / by[:, keep].std(axis=0)


def class_means(x, y, k):
    return np.array([x[y == c].mean(axis=0) for c in range(k)])


def quality(y, predicted, k):
    f1 = []
    for c in range(k):
        hit = np.sum((y == c) & (predicted == c))
        all_ = np.sum(y == c) + np.sum(predicted == c)
        f1.append(2 * hit / all_ if all_ else 0.0)
    return {"accuracy": float(np.mean(y == predicted)), "macroF1": float(np.mean(f1))}


def pca(x):
    """Centred scores by falling variance, the largest |loading| of each component positive; and singular values."""
    u, s, vt = np.linalg.svd(x - x.mean(axis=0), full_matrices=False)
    rank = int(np.sum(s > s[0] * max(x.shape) * EPS))
    u, s, vt = u[:, :rank], s[:rank], vt[:rank]
    assert np.all(np.abs(vt.max(axis=1) + vt.min(axis=1)) > 1e-7), "a sign hangs by a thread"
    sign = np.sign(vt[np.arange(rank), np.abs(vt).argmax(axis=1)])
    return u * s * sign, s


# ---------------------------------------------------------------- from probabilities

def entropy(y):
    p = np.bincount(y) / len(y)
    return float(-np.sum(p * np.log(p)))


def joint(p, y):
    return np.array([p[y == c].sum(axis=0) for c in range(y.max() + 1)])


def conditional(p, y):
    counts = joint(p, y)
    mass = counts.sum(axis=0)
    return np.divide(counts, mass, out=np.zeros_like(counts), where=mass > 0)


def leep(p, y):
    q = conditional(p, y)
    return float(np.mean([np.log(np.sum(q[y[i]] * p[i])) for i in range(len(y))]))


def leep_loo_terms(p, y, counts, a=1.0):
    n, k = len(y), len(counts)
    terms = []
    for i in range(n):
        others = np.arange(n) != i
        n_yz = p[others & (y == y[i])].sum(axis=0)
        m_z = p[others].sum(axis=0)
        prior = (np.sum(y[others] == y[i]) + 1) / (n - 1 + k)
        terms.append(np.log(np.sum(p[i] * (n_yz + a * prior) / (m_z + a))))
    return np.array(terms)


def nce(p, y):
    z = p.argmax(axis=1)
    total = 0.0
    for c, s in set(zip(y.tolist(), z.tolist())):
        both = np.sum((y == c) & (z == s))
        total += both / len(y) * np.log(both / np.sum(z == s))
    return float(total)


def soft_leep_bound(p, y):
    z = p.argmax(axis=1)
    q = conditional(p, y)
    return float(np.mean(np.log(q[y, z])) + np.mean(np.log(p[np.arange(len(y)), z])))


# ---------------------------------------------------------------- from features

def h_score(x, y, counts):
    x = varying(x)
    n, d = x.shape
    mu = x.mean(axis=0)
    m = class_means(x, y, len(counts)) - mu
    between = (m.T * counts) @ m / (n - 1)
    w, v = np.linalg.eigh(np.cov(x.T).reshape(d, d))
    keep = w > d * EPS * w[-1]
    value = np.sum(np.diag(v[:, keep].T @ between @ v[:, keep]) / w[keep])
    # the same from the singular vectors of F, which square nothing
    u, s, _ = np.linalg.svd(x - mu, full_matrices=False)
    u = u[:, s > s[0] * max(x.shape) * EPS]
    other = sum(np.sum(u[y == c].sum(axis=0) ** 2) / counts[c] for c in range(len(counts)))
    check("hScore", value, other, 1e-7)
    return float(value)


def h_score_shrunk(x, y, counts):
    n, d = x.shape
    xc = x - x.mean(axis=0)
    lw = LedoitWolf(assume_centered=True).fit(xc)
    cov = xc.T @ xc / n
    m = class_means(xc, y, len(counts))
    between = (m.T * counts) @ m / n
    a = lw.shrinkage_
    shrunk = (1 - a) * cov + a * np.trace(cov) / d * np.eye(d)
    check("LedoitWolf", shrunk, lw.covariance_, 1e-10)
    value = float(np.trace(np.linalg.solve(shrunk, (1 - a) * between)))
    return {"value": value, "asPublished": value * n / (n - 1), "shrinkage": float(a)}


def log_me(x, y, k):
    n = len(y)
    u, s, _ = np.linalg.svd(x, full_matrices=False)
    keep = s > s[0] * max(x.shape) * EPS
    sigma, u = s[keep] ** 2, u[:, keep]
    per_class, rs = [], []
    for c in range(k):
        t = (y == c).astype(float)
        proj = (u.T @ t) ** 2
        rest = float(np.sum((t - u @ (u.T @ t)) ** 2)) if keep.sum() < n else 0.0

        def loss(log_r):
            r = np.exp(log_r)
            q = np.sum(proj * r / (r + sigma)) + rest
            return 0.5 * (np.log(2 * np.pi) + 1 + np.log(q / n) + np.sum(np.log1p(sigma / r)) / n)

        grid = np.log(sigma[0]) + np.log(10) * np.arange(-14, 14.01, 0.1)
        at = int(np.argmin([loss(g) for g in grid]))
        best = loss(grid[at])
        if 0 < at < len(grid) - 1:
            found = minimize_scalar(loss, bounds=(grid[at - 1], grid[at + 1]), method="bounded", options={"xatol": 1e-9})
            best, log_r = min(best, found.fun), found.x
        else:
            log_r = grid[at]
        # the marginal density of t itself: N(0, (I + F F'/r) / b) with b at its maximum
        if n <= 240 and log_r > np.log(sigma[0]) - 20:
            r = np.exp(log_r)
            cov = np.eye(n) + x @ x.T / r
            b = n / (t @ np.linalg.solve(cov, t))
            sign, logdet = np.linalg.slogdet(cov / b)
            check("logMe", -loss(log_r), (-0.5 * n * np.log(2 * np.pi) - 0.5 * logdet - 0.5 * n) / n, 1e-8)
        per_class.append(-best)
        rs.append(float(np.exp(log_r)))
    return {"value": float(np.mean(per_class)), "perClass": [float(v) for v in per_class], "ratio": rs}


def ridge_probe(x, y, k):
    z = standardise(x)
    n, d = z.shape
    one_hot = np.eye(k)[y]
    mean = one_hot.mean(axis=0)
    t = one_hot - mean
    gram = z.T @ z
    unit = np.trace(gram) / d
    best, tried = None, []
    for lam in np.logspace(-4, 4, 25):
        hat = z @ np.linalg.solve(gram + lam * unit * np.eye(d), z.T)
        rest = t - hat @ t
        gcv = np.sum(rest**2) / n / (1 - (np.trace(hat) + 1) / n) ** 2
        tried.append(gcv)
        if best is None or gcv < best[0]:
            best = (gcv, lam, hat, rest)
    gcv, lam, hat, rest = best
    tried = np.sort(tried)
    assert tried[1] > tried[0] * (1 + 1e-6), "two lambdas are as good"
    loo = rest / (1 - np.diag(hat) - 1 / n)[:, None]
    # n refits with an unpenalised intercept, same standardisation, same ridge
    design = np.hstack([np.ones((n, 1)), z])
    penalty = np.diag([0.0] + [lam * unit] * d)
    for i in range(n):
        o = np.arange(n) != i
        w = np.linalg.solve(design[o].T @ design[o] + penalty, design[o].T @ one_hot[o])
        check("ridgeProbe", loo[i], one_hot[i] - design[i] @ w, 1e-8)
    return {
        "r2": float(1 - np.sum(loo**2) / np.sum(t**2)),
        **quality(y, (one_hot - loo).argmax(axis=1), k),
        "lambda": float(lam),
        "ridge": float(lam * unit),
        "gcv": float(gcv),
    }


def knn(x, y, k, neighbours=5):
    norm = np.linalg.norm(x, axis=1)
    unit = x / np.where(norm > 0, norm, 1)[:, None]
    predicted = []
    for i in range(len(y)):
        sim = unit @ unit[i]
        order = [j for j in np.argsort(-sim, kind="stable") if j != i][:neighbours]
        votes = np.bincount(y[order], minlength=k)
        predicted.append(next(y[j] for j in order if votes[y[j]] == votes.max()))
    # scikit-learn's votes, with a little more weight for the nearer so that the nearest breaks ties
    rank = 1 + 1e-3 * 2.0 ** -np.arange(neighbours)
    model = KNeighborsClassifier(neighbours, metric="cosine", algorithm="brute", weights=lambda far: np.tile(rank, (len(far), 1)))
    for i in range(len(y)):
        o = np.arange(len(y)) != i
        check("knn", model.fit(x[o], y[o]).predict(x[i : i + 1])[0], predicted[i])
    return {"accuracy": float(np.mean(np.array(predicted) == y))}


def coding_rate(z, eps):
    n, d = z.shape
    return 0.5 * np.linalg.slogdet(np.eye(d) + z.T @ z / (n * eps))[1]


def trans_rate(x, y, counts, eps=1e-4, weights=None):
    z = x - x.mean(axis=0)
    w = counts / len(y) if weights is None else weights
    return float(coding_rate(z, eps) - sum(w[c] * coding_rate(z[y == c], eps) for c in range(len(counts))))


def gbc(x, y, k, kind, floor=1e-4, factor=True, ddof=0):
    z = pca(x)[0][:, :64]
    d = z.shape[1]
    mean = class_means(z, y, k)
    var = np.array([z[y == c].var(axis=0, ddof=ddof) for c in range(k)])
    if kind == "spherical":
        var = np.repeat(var.mean(axis=1, keepdims=True), d, axis=1)
    var = np.maximum(var, floor)
    minus = []
    for i in range(k):
        for j in range(k):
            if i == j:
                continue
            both = (var[i] + var[j]) / 2
            det = np.log(both) - 0.5 * (np.log(var[i]) + np.log(var[j]))
            det = det.sum() if factor else det.mean()
            minus.append(-(np.sum((mean[i] - mean[j]) ** 2 / both) / 8 + 0.5 * det))
    return {"value": float(-logsumexp(minus)), "sum": float(-np.sum(np.exp(minus))), "components": d}


def parc(x, y, k, keep=32):
    z = pca(x)[0][:, :keep]
    z = (z - z.mean(axis=0)) / z.std(axis=0)
    low = np.tril_indices(len(y), -1)
    far = (1 - np.corrcoef(z))[low]
    # 1 - correlation of one-hot rows has two values: 0 within a class, 1 + 1/(Ct-1) between classes
    other = (y[:, None] != y[None, :])[low].astype(float)
    value = np.corrcoef(rankdata(far), rankdata(other))[0, 1]
    check("parc", value, spearmanr(far, other)[0], 1e-10)
    return {"value": float(100 * value), "components": z.shape[1]}


def lfc(x, y):
    same = np.where(y[:, None] == y[None, :], 1.0, -1.0).ravel()
    z = x - x.mean(axis=0)
    return {"value": float(np.corrcoef((x @ x.T).ravel(), same)[0, 1]),
            "centred": float(np.corrcoef((z @ z.T).ravel(), same)[0, 1])}


# ---------------------------------------------------------------- classifiers

def lda(x, y, counts):
    n, d = x.shape
    k = len(counts)
    rows = x - class_means(x, y, k)[y]
    a = LedoitWolf(assume_centered=True).fit(rows).shrinkage_
    rho = a * np.sum(rows**2) / n / d
    log_prior = np.log(counts / n)
    lik, predicted = [], []
    for i in range(n):
        o = np.arange(n) != i
        xo, yo = x[o], y[o]
        mean = np.array([xo[yo == c].mean(axis=0) if np.any(yo == c) else xo.mean(axis=0) for c in range(k)])
        r = xo - mean[yo]
        w = r.T @ r
        if counts[y[i]] > 1:
            check("lda downdate", w, rows.T @ rows - counts[y[i]] / (counts[y[i]] - 1) * np.outer(rows[i], rows[i]))
        cov = (1 - a) * w / (n - 1) + rho * np.eye(d)
        diff = x[i] - mean
        score = log_prior - 0.5 * np.sum(diff * np.linalg.solve(cov, diff.T).T, axis=1)
        lik.append(log_softmax(score)[y[i]])
        predicted.append(score.argmax())
    return {"logLikelihood": float(np.mean(lik)), "accuracy": float(np.mean(np.array(predicted) == y)),
            "shrinkage": float(a), "ridge": float(rho)}


def mahalanobis_head(x, y, counts):
    n, d = x.shape
    k = len(counts)
    xc = x - x.mean(axis=0)
    a = LedoitWolf(assume_centered=True).fit(xc).shrinkage_
    rho = a * np.sum(xc**2) / n / d
    lik, predicted = [], []
    for i in range(n):
        o = np.arange(n) != i
        xo, yo = x[o], y[o]
        overall = np.cov(xo.T, bias=True).reshape(d, d)
        score = []
        for c in range(k):
            of = xo[yo == c]
            mean = of.mean(axis=0) if len(of) else xo.mean(axis=0)
            own = (of - mean).T @ (of - mean) / max(len(of), 1)
            part = len(of) / (len(of) + 1)
            q = part * own + (1 - part) * overall + rho * np.eye(d)
            diff = x[i] - mean
            score.append(-0.5 * diff @ np.linalg.solve(q, diff))
        lik.append(log_softmax(score)[y[i]])
        predicted.append(int(np.argmax(score)))
    return {"logLikelihood": float(np.mean(lik)), "accuracy": float(np.mean(np.array(predicted) == y)),
            "shrinkage": float(a), "ridge": float(rho)}


def fit_logistic(z, y, k, l2=1e-3):
    """Newton's method on mean cross-entropy + l2/2 |W|^2, intercept unpenalised, to a gradient of 1e-12."""
    n, d = z.shape
    design = np.hstack([z, np.ones((n, 1))])
    penalty = np.tile(np.r_[np.full(d, l2), 0.0], k)
    w = np.zeros((k, d + 1))
    one_hot = np.eye(k)[y]

    def loss(v):
        return -np.mean(log_softmax(design @ v.T, axis=1)[np.arange(n), y]) + 0.5 * l2 * np.sum(v[:, :d] ** 2)

    for _ in range(200):
        p = softmax(design @ w.T, axis=1)
        grad = ((p - one_hot).T @ design / n).ravel() + penalty * w.ravel()
        if np.max(np.abs(grad)) < 1e-12:
            break
        hess = np.diag(penalty)
        for a in range(k):
            for b in range(a, k):
                weight = p[:, a] * ((a == b) - p[:, b]) / n
                block = (design.T * weight) @ design
                rows, cols = slice(a * (d + 1), (a + 1) * (d + 1)), slice(b * (d + 1), (b + 1) * (d + 1))
                hess[rows, cols] += block
                if a != b:
                    hess[cols, rows] += block
        # a common shift of all intercepts changes nothing: pin it
        shift = np.tile(np.r_[np.zeros(d), 1.0], k)
        step = np.linalg.solve(hess + np.outer(shift, shift), grad).reshape(k, d + 1)
        size = 1.0
        while size > 1e-10 and loss(w - size * step) > loss(w) + 1e-15:
            size /= 2
        w = w - size * step
    check("logistic gradient", grad, 0 * grad, 1e-9)
    if k > 2:
        model = LogisticRegression(C=1 / (l2 * n), multi_class="multinomial", solver="newton-cg", tol=1e-10, max_iter=10000)
        check("logistic", model.fit(z, y).predict_proba(z), softmax(design @ w.T, axis=1), 1e-5)
    return w


def linear_head(x, y, counts):
    n, k = len(y), len(counts)
    fold = np.empty(n, int)
    for c in range(k):
        fold[y == c] = np.arange(counts[c]) % 5
    lik, predicted = np.empty(n), np.empty(n, int)
    for f in range(5):
        train, test = fold != f, fold == f
        if not test.any():
            continue
        seen, yt = np.unique(y[train], return_inverse=True)
        w = fit_logistic(standardise(x[train]), yt, len(seen))
        z = standardise(x[test], by=x[train])
        score = np.hstack([z, np.ones((len(z), 1))]) @ w.T
        alone = 1 / (train.sum() + k)
        log_p = np.full((len(z), k), np.log(alone))
        log_p[:, seen] = log_softmax(score, axis=1) + np.log(1 - (k - len(seen)) * alone)
        lik[test] = log_p[np.arange(len(z)), y[test]]
        predicted[test] = seen[score.argmax(axis=1)]
    return {"logLikelihood": float(lik.mean()), **quality(y, predicted, k)}


# ---------------------------------------------------------------- the rest

def reg_fda(x, y, counts, a=None):
    """LDA with the within-class covariance shrunk by a; returns p(y|x) and a."""
    n, d = x.shape
    rows = x - class_means(x, y, len(counts))[y]
    within = rows.T @ rows / n
    if a is None:
        a = max(np.exp(-5 * np.linalg.eigvalsh(within)[-1]), 1e-10)
    within = (1 - a) * within + a * np.trace(within) / d * np.eye(d)
    means = class_means(x, y, len(counts))
    coef = np.linalg.solve(within, means.T).T
    score = x @ coef.T - 0.5 * np.sum(means * coef, axis=1) + np.log(counts / n)
    return softmax(score, axis=1), a


def saturation(x, counts):
    """Why Fisher's discriminant would separate these rows whatever the labels are, or None."""
    n, d = x.shape
    if n - len(counts) <= d:
        return f"saturated: n - Ct = {n - len(counts)} <= {d} columns"
    return None


def sfda(x, y, counts):
    x = varying(x)
    x = x - x.mean(axis=0)
    n, k = len(y), len(counts)
    p, a = reg_fda(x, y, counts)
    own = softmax(p, axis=1)[np.arange(n), y][:, None]
    means = class_means(x, y, k)
    others = (means.sum(axis=0) - means) / (k - 1)
    mixed = own * x + (1 - own) * others[y]
    p2, _ = reg_fda(mixed, y, counts, a)
    value = float(np.mean(p2[np.arange(n), y]))
    first = float(np.mean(p[np.arange(n), y]))
    why = saturation(x, counts)
    if why:
        return ({"value": None, "saturated": True, "reason": why}, {"value": None, "reason": why})
    return {"value": value, "saturated": False, "shrinkage": float(a)}, {"value": first}


def n_leep_given(x, y, counts):
    z, s = pca(x)
    energy = np.cumsum(s**2) / np.sum(s**2)
    m = int(np.searchsorted(energy, 0.8) + 1)
    check("energy", float(energy[m - 1] >= 0.8 and (m == 1 or energy[m - 2] < 0.8)), 1)
    z = z[:, :m]
    means = class_means(z, y, len(counts))
    var = np.sum((z - means[y]) ** 2) / (len(y) * m)
    log_p = -0.5 * np.sum((z[:, None, :] - means[None]) ** 2, axis=2) / var
    return {"value": leep(softmax(log_p, axis=1), y), "components": m, "variance": float(var)}


def ncti(x, y, counts):
    z, s = pca(x)
    z, variance = z[:, :64], s[:64] ** 2 / (len(y) - 1)
    why = saturation(z, counts)
    if why:
        return {"seli": None, "ncc": None, "vc": None, "reason": why}
    a = max(np.exp(-variance[:32].sum()), 1e-10)
    if a == 1e-10:
        model = LinearDiscriminantAnalysis(solver="svd", tol=1e-12)
    else:
        model = LinearDiscriminantAnalysis(solver="eigen", shrinkage=float(a))
    low = model.fit(z, y).transform(z)
    p = model.predict_proba(z)
    # the same by formula
    n, d, k = len(y), z.shape[1], len(counts)
    means = class_means(z, y, k)
    within = (z - means[y]).T @ (z - means[y]) / n
    between = (means.T * counts) @ means / n
    if a == 1e-10:
        within *= n / (n - k)
    else:
        within = (1 - a) * within + a * np.trace(within) / d * np.eye(d)
        between = (1 - a) * between + a * np.trace(between) / d * np.eye(d)
    directions = eigh(between, within)[1][:, ::-1][:, : min(k - 1, d)]
    check("ncti seli", np.linalg.norm(z @ directions, "nuc"), np.linalg.norm(low - low.mean(axis=0), "nuc"))
    coef = np.linalg.solve(within, means.T).T
    score = z @ coef.T - 0.5 * np.sum(means * coef, axis=1) + np.log(counts / n)
    check("ncti p", softmax(score, axis=1), p)
    return {
        "seli": float(np.linalg.norm(low - low.mean(axis=0), "nuc")),
        "ncc": float(np.mean(p[np.arange(len(y)), y])),
        "vc": float(np.log(sum(np.linalg.norm(p[y == c], "nuc") for c in range(len(counts))))),
        "shrinkage": float(a) if a > 1e-10 else 0,
    }


# ---------------------------------------------------------------- all of it

def measure(case):
    p, logits, x = (case[key].astype(np.float64) for key in ("probs", "logits", "features"))
    y, counts = dense(case["labels"])
    n, k = len(y), len(counts)
    h = entropy(y)
    loo = leep_loo_terms(p, y, counts)
    sfda_value, first_stage = sfda(x, y, counts)
    return {
        "entropy": {"value": h},
        "leep": {"value": leep(p, y)},
        "leepLoo": {"value": float(loo.mean())},
        "leepBalanced": {"value": float(np.mean([loo[y == c].mean() for c in range(k)]))},
        "leepNormalised": {"value": float((loo.mean() + h) / h)},
        "nce": {"value": nce(p, y)},
        "softLeepBound": {"value": soft_leep_bound(p, y)},
        "hScore": {"value": h_score(x, y, counts), "saturated": bool(n <= varying(x).shape[1])},
        "hScoreShrunk": h_score_shrunk(x, y, counts),
        "logMe": log_me(x, y, k),
        "ridgeProbe": ridge_probe(x, y, k),
        "knn": knn(x, y, k),
        "lda": lda(x, y, counts),
        "mahalanobisHead": mahalanobis_head(x, y, counts),
        "linearHead": linear_head(x, y, counts),
        "transRate": {"value": trans_rate(x, y, counts)},
        "gbc": {kind: gbc(x, y, k, kind) for kind in ("spherical", "diagonal")},
        "parc": parc(x, y, k),
        "lfc": lfc(x, y),
        "sfda": sfda_value,
        "nLeepGiven": n_leep_given(x, y, counts),
        "ncti": ncti(x, y, counts),
        "etran": {"energy": float(logsumexp(logits, axis=1).mean()), "lda": first_stage["value"],
                  **({"reason": first_stage["reason"]} if "reason" in first_stage else {})},
    }


def compare(folder):
    """Against the older golden values of the same data (DIR/golden, DIR/golden-peers)."""
    folder = Path(folder)

    def ours(p, x, labels):
        p, x = np.asarray(p, float), np.asarray(x, float)
        y, counts = dense(np.asarray(labels))
        k = len(counts)
        return p, x, y, counts, {"leep": leep(p, y), "nce": nce(p, y), "hscore": h_score(x, y, counts),
                                 "hscore_shrunk": h_score_shrunk(x, y, counts)["value"], "logme": log_me(x, y, k)["value"]}

    worst = {}

    def note(group, key, mine, theirs, name):
        gap = abs(mine - theirs)
        if gap >= worst.get((group, key), (-1,))[0]:
            worst[group, key] = (gap, mine, theirs, name)

    for c in json.loads((folder / "golden/small_cases.json").read_text()):
        mine = ours(c["probs"], c["features"], c["labels"])[-1]
        for key, value in c["expected"].items():
            note("small_cases", key, mine[key], value, c["name"])
    for c in json.loads((folder / "golden/scores.json").read_text())["cases"]:
        with np.load(folder / f"golden/{c['target']}__{c['source']}.npz") as z:
            mine = ours(z["probs"], z["features"], z["labels"])[-1]
        for key, value in c["scores_all"].items():
            note("scores", key, mine[key], value, f"{c['target']}/{c['source']}")
    for f in sorted((folder / "golden-peers").glob("*.json")):
        with np.load(f.with_suffix(".npz")) as z:
            p, x, y, counts, mine = ours(z["probs"], z["features"], z["labels"])
        k = len(counts)
        mine["reg_hscore"], mine["logme_icml"] = h_score_shrunk(x, y, counts)["asPublished"], mine["logme"]
        mine["transrate"] = trans_rate(x, y, counts, weights=np.full(k, 1 / k))
        mine["gbc"] = gbc(x, y, k, "spherical", factor=False, ddof=1)["sum"]
        mine["lfc"] = lfc(x, y)["value"]
        if len(y) <= 2500:
            mine["parc_f32"] = parc(x, y, k)["value"]
        mine["sfda"] = sfda(x, y, counts)[0]["value"]
        for key, value in json.loads(f.read_text())["scores"].items():
            if isinstance(mine.get(key), float) and isinstance(value.get("score"), float):
                print(f"{f.stem:18} {key:12} {mine[key]:.10f} {value['score']:.10f} {abs(mine[key] - value['score']):.1e}")
    for (group, key), (gap, a, b, name) in worst.items():
        print(f"{group:12} {key:14} worst {gap:.1e}  {a:.10f} {b:.10f}  {name}")


def main():
    if sys.argv[1:2] == ["--check"]:
        return compare(sys.argv[2])
    expected = {}
    for name, case in inputs().items():
        np.savez(HERE / f"{name}.npz", **{key: case[key] for key in ("probs", "logits", "features", "labels")})
        expected[name] = measure(case)
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1, allow_nan=False) + "\n")


if __name__ == "__main__":
    main()
