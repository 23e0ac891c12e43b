"""Scores of optdigits (UCI, CC BY 4.0, as an array of 8 x 8 values 0 to 16) under lenet-mnist, without the product.

python make.py WORKSPACE, the folder of the reference models and datasets; needs numpy, Pillow and onnxruntime.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

workspace = Path(sys.argv[1])
data = np.load(workspace / "datasets/optdigits-npz/optdigits.npz")
x, y = data["x"], data["y"]
pixels = np.floor(x * (255 / 16) + 0.5).astype(np.uint8)
images = np.stack([np.asarray(Image.fromarray(p).resize((28, 28), Image.BILINEAR)) for p in pixels])
tensor = (images.astype(np.float32) * np.float32(1 / 255))[:, None]
session = onnxruntime.InferenceSession(str(workspace / "models/lenet-mnist/model.onnx"))
logits = session.run(None, {session.get_inputs()[0].name: tensor})[-1].astype(np.float64)
theta = np.exp(logits - logits.max(1, keepdims=True))
theta /= theta.sum(1, keepdims=True)
n, classes = len(y), int(y.max()) + 1
joint = np.stack([theta[y == k].sum(0) for k in range(classes)]) / n
conditional = joint / joint.sum(0)
leep = np.log((theta * conditional[y]).sum(1)).mean()
counts = np.zeros((classes, theta.shape[1]))
np.add.at(counts, (y, theta.argmax(1)), 1)
with np.errstate(divide="ignore", invalid="ignore"):
    nce = np.nansum(counts * np.log(counts / counts.sum(0))) / n
here = Path(__file__).parent
(here / "optdigits.json").write_text(json.dumps({"n": n, "leep": leep, "nce": nce}) + "\n")
