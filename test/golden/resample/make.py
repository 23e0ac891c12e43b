"""Makes expected.json (and a few *.bin) here: what Pillow gives for resizes of generated images.

Run: python make.py (needs Pillow and numpy). The input of a case is `pixels(seed, width, height, channels)`; the test
generates the same bytes. sha256 is of the whole resized image, rows from the top, channels interleaved.
"""

import hashlib
import json
import pathlib

import numpy as np
import PIL
from PIL import Image

here = pathlib.Path(__file__).parent
kernels = {name: getattr(Image.Resampling, name.upper()) for name in
           ("nearest", "box", "bilinear", "hamming", "bicubic", "lanczos")}

# (from width, from height, to width, to height)
sizes = [
    (64, 48, 32, 24), (500, 375, 341, 256), (61, 47, 23, 19), (64, 64, 7, 5), (300, 20, 16, 16),  # down
    (13, 11, 31, 29), (8, 8, 224, 224), (3, 2, 50, 40), (32, 32, 36, 36),  # up
    (40, 10, 10, 40), (10, 40, 40, 10), (33, 20, 33, 7), (33, 20, 9, 20), (17, 17, 17, 17),  # mixed, one axis, none
    (1, 1, 5, 5), (1, 9, 4, 3), (9, 1, 3, 4), (5, 5, 1, 1), (2, 1, 1, 2),  # single pixels
    (2000, 3, 12, 6), (3, 2000, 6, 12), (1, 1500, 20, 20),  # extreme aspect ratios
]
# Full bytes beside the hash, so that a difference can be looked at.
whole = {"bilinear-RGB-61x47-23x19", "bicubic-RGB-13x11-31x29", "lanczos-L-61x47-23x19", "hamming-L-13x11-31x29"}


def pixels(seed, width, height, channels):
    """Bytes 16..23 of a 32-bit linear congruential generator, every fifth pair stretched to black and white."""
    n = width * height * channels
    out = np.empty(n, np.uint8)
    state = seed
    for i in range(n):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        byte = (state >> 16) & 255
        out[i] = (0 if byte < 128 else 255) if i % 10 < 2 else byte
    return out.reshape(height, width, channels)


def resize(image, size, kernel):
    """Image.resize, the horizontal pass always first. Recent versions of Pillow take the vertical pass first where an image is
    over 100 times as tall as wide (one level of difference at most); models in use were trained with versions before that."""
    if image.mode == "RGBA" and kernel != Image.Resampling.NEAREST:
        return resize(image.convert("RGBa"), size, kernel).convert("RGBA")
    width, height = image.size
    if height > 100 * width and size[1] < height:
        return image._new(image.im.resize(size, kernel, (0, 0, width, height)))
    return image.resize(size, kernel)


cases = []
for s, (w, h, tw, th) in enumerate(sizes):
    for mode, channels in (("L", 1), ("RGB", 3), ("RGBA", 4)):
        if mode == "RGBA" and s % 4:
            continue
        seed = 1000 + 10 * s + channels
        raw = pixels(seed, w, h, channels)
        image = Image.fromarray(raw[..., 0] if channels == 1 else raw, mode)
        for kernel, value in kernels.items():
            data = resize(image, (tw, th), value).tobytes()
            name = f"{kernel}-{mode}-{w}x{h}-{tw}x{th}"
            case = {"kernel": kernel, "channels": channels, "seed": seed, "from": [w, h], "to": [tw, th],
                    "sha256": hashlib.sha256(data).hexdigest()}
            if name in whole:
                case["file"] = name + ".bin"
                (here / case["file"]).write_bytes(data)
            cases.append(case)

lines = ",\n".join("  " + json.dumps(case) for case in cases)
(here / "expected.json").write_text(f'{{\n "pillow": "{PIL.__version__}",\n "cases": [\n{lines}\n ]\n}}\n')
print(len(cases), "cases")
