"""The same few labelled images, and texts, in every layout that scripts read: `python nextData.py IMAGES FOLDER`, of a folder for each class."""

import csv
import gzip
import io
import json
import pathlib
import struct
import sys
import tarfile

import h5py
import numpy as np
import pyarrow as pa
from PIL import Image
from pyarrow import parquet

images, to = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
files = [file for folder in sorted(images.iterdir()) for file in sorted(folder.iterdir())]
# Not in the order of their classes, and every third one of the test split.
files = [files[k] for k in np.random.default_rng(0).permutation(len(files))]
names = {"0": "zero, or nought", "1": "one", "2": "two"}
rows = [
    {"file": file.relative_to(images).as_posix(), "label": names[file.parent.name], "split": "test" if k % 3 == 2 else "Train"}
    for k, file in enumerate(files)
]


def table(path, delimiter, records):
    with open(path, "w", newline="", encoding="utf-8-sig") as stream:
        writer = csv.DictWriter(stream, records[0], delimiter=delimiter)
        writer.writeheader()
        writer.writerows(records)


table(images / "digits.csv", ",", rows)
table(images / "digits.tsv", "\t", rows)
(images / "digits.jsonl").write_text("\n\n".join(json.dumps({**row, "label": int(row["file"][0])}) for row in rows))
for split in ("train", "test"):
    some = [file for k, file in enumerate(files) if (split == "test") == (k % 3 == 2)]
    held = pa.array([{"bytes": file.read_bytes(), "path": file.name} for file in some])
    features = {"label": {"names": list(names.values()), "_type": "ClassLabel"}}
    metadata = {b"huggingface": json.dumps({"info": {"features": features}}).encode()}
    schema = pa.schema([("image", held.type), ("label", pa.int64())], metadata=metadata)
    (to / "hub").mkdir(exist_ok=True)
    labels = pa.array([int(file.parent.name) for file in some])
    parquet.write_table(pa.table([held, labels], schema=schema), to / "hub" / f"{split}-00000-of-00001.parquet")

pixels = np.stack([np.asarray(Image.open(file).convert("L")) for file in files])
digits = np.array([int(file.parent.name) for file in files])
colours = np.repeat(pixels[:, None], 3, 1)
np.savez(to / "grey.npz", x_train=pixels, y_train=digits, x_test=pixels[:9], y_test=digits[:9])
np.savez_compressed(to / "planes.npz", images=colours.astype(np.float32) / 255, labels=np.array([names[str(d)] for d in digits]))
(to / "set").mkdir(exist_ok=True)
np.save(to / "set" / "images.npy", pixels[..., None])
np.save(to / "set" / "labels.npy", digits + 4)
with h5py.File(to / "digits.h5", "w") as file:
    file.create_dataset("train/x", data=pixels, compression="gzip")
    file.create_dataset("train/y", data=digits.astype(np.uint8))


def idx(name, array, kind):
    sides = struct.pack(f">{array.ndim}I", *array.shape)
    (to / "idx").mkdir(exist_ok=True)
    (to / "idx" / name).write_bytes(gzip.compress(bytes([0, 0, 8, array.ndim]) + sides + array.astype(np.uint8).tobytes()))


idx("train-images-idx3-ubyte.gz", pixels, "images")
idx("train-labels-idx1-ubyte.gz", digits, "labels")

def record(k):
    return bytes([digits[k]]) + np.asarray(Image.open(files[k]).convert("RGB").resize((32, 32))).transpose(2, 0, 1).tobytes()


(to / "cifar").mkdir(exist_ok=True)
(to / "cifar" / "data_batch_1.bin").write_bytes(b"".join(map(record, range(12))))
(to / "cifar" / "data_batch_2.bin").write_bytes(b"".join(map(record, range(12, 24))))
(to / "cifar" / "test_batch.bin").write_bytes(b"".join(map(record, range(24, 36))))
(to / "shards").mkdir(exist_ok=True)
for name, some in [("train-000000", files[:12]), ("train-000001", files[12:24]), ("test-000000", files[24:])]:
    with tarfile.open(to / "shards" / f"{name}.tar", "w") as archive:
        for k, file in enumerate(some):
            labels = json.dumps({"label": names[file.parent.name], "from": file.name}).encode()
            for part, data in [("png", file.read_bytes()), ("json", labels)]:
                member = tarfile.TarInfo(f"some/{k:03}.{part}")
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))

words = ["a", "another", "text"]
texts = [{"sentence": f'{words[k % 3]}, "text" {k}', "sentence2": words[k % 2], "label": f"class {k % 3}"} for k in range(30)]
table(to / "pairs.csv", ",", texts)
(to / "texts.jsonl").write_text("\n".join(json.dumps({"text": row["sentence"], "label": row["label"]}) for row in texts))
for name, some in [("train-000000", texts[:10]), ("train-000001", texts[10:20]), ("test-000000", texts[20:])]:
    (to / "texts").mkdir(exist_ok=True)
    with tarfile.open(to / "texts" / f"{name}.tar", "w") as archive:
        for k, row in enumerate(some):
            for part, data in [("txt", row["sentence"].encode()), ("cls", str(k % 3).encode())]:
                member = tarfile.TarInfo(f"{name}-{k:03}.{part}")
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))

# Rows of numbers, one of them with a gap.
rows = np.random.default_rng(1).normal(size=(40, 3)).astype(np.float32)
kinds = np.arange(40) % 3
numbers = [{"a": float(a), "b": float(b), "c": float(c), "label": f"kind {kind}"} for (a, b, c), kind in zip(rows, kinds)]
table(to / "numbers.csv", ",", numbers)
parquet.write_table(pa.Table.from_pylist([{**row, "label": k % 2 == 0} for k, row in enumerate(numbers)]), to / "numbers.parquet")
np.savez(to / "whole.npz", x=rows, y=kinds.astype(np.float32))
np.savez(to / "flags.npz", x=rows, y=kinds > 0)
np.savez(to / "onehot.npz", x=rows, y=np.eye(3)[kinds])
