"""LEEP and NCE of the text model of the reference data on its sentences: tokenizers, ONNX Runtime and NumPy only.

    python3 make.py WORKSPACE > snips.json
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

workspace = Path(sys.argv[1])
model = workspace / "models" / "text-snips"
with open(workspace / "datasets" / "snips-intents-csv" / "intents.csv", encoding="utf-8", newline="") as file:
    rows = list(csv.DictReader(file))
tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
session = onnxruntime.InferenceSession(str(model / "onnx" / "model.onnx"))
config = json.loads((model / "config.json").read_text())
longest = config.get("max_position_embeddings") or 48
logits, features = [], []
for row in rows:
    ids = np.array([tokenizer.encode(row["text"]).ids[:longest]], np.int64)
    pooled, out = session.run(["pooled", "logits"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
    logits.append(out[0].astype(np.float64))
    features.append(pooled[0].astype(np.float64))
logits = np.array(logits)
theta = np.exp(logits - logits.max(1, keepdims=True))
theta /= theta.sum(1, keepdims=True)
names = sorted({row["label"] for row in rows})
y = np.array([names.index(row["label"]) for row in rows])
onehot = np.eye(len(names))[y]
joint = onehot.T @ theta / len(y)
leep = np.log((joint / joint.sum(0))[y] @ theta.T).diagonal().mean()
hard = onehot.T @ np.eye(theta.shape[1])[theta.argmax(1)]
used = hard > 0
nce = (hard[used] * np.log((hard / np.maximum(hard.sum(0), 1))[used])).sum() / len(y)
f = np.array(features) - np.mean(features, 0)
means = np.array([f[y == k].mean(0) for k in range(len(names))])
hscore = np.trace(np.linalg.pinv(f.T @ f / len(f), rcond=1e-15) @ (means[y].T @ means[y] / len(f)))
print(json.dumps({"n": len(rows), "classes": names, "leep": leep, "nce": nce, "hScore": hscore}, indent=1))
