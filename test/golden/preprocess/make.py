"""Makes cases.json and one float32 tensor a case: what Pillow and numpy give for the steps that a training pipeline takes.

Run: python make.py (needs Pillow and numpy). Each case has the files that lie beside a model, what its graph says, and, written out by
hand, the steps that transformers or torchvision take for these files. The arithmetic is transformers': the product in float64
rounded to float32, then float32; torchvision's quotient by 255 is checked below to be the same.
"""

import json
import pathlib
from math import ceil

import numpy as np
from PIL import Image

here = pathlib.Path(__file__).parent
images = here.parent.parent / "fixtures" / "images"

assert all(np.float32(np.float64(x) * (1 / 255)) == np.float32(x) / np.float32(255) for x in range(256))


def shortest(image, edge, kernel):
    w, h = image.size
    short, long = min(w, h), max(w, h)
    new = int(edge * long / short)
    return image.resize((edge, new) if w <= h else (new, edge), kernel)


def crop_floor(a, h, w):
    """transformers' center_crop: start cut to an integer, padding before rounded up."""
    top, left = (a.shape[0] - h) // 2, (a.shape[1] - w) // 2
    out = np.zeros((max(h, a.shape[0]), max(w, a.shape[1]), a.shape[2]), a.dtype)
    y, x = ceil((out.shape[0] - a.shape[0]) / 2), ceil((out.shape[1] - a.shape[1]) / 2)
    out[y:y + a.shape[0], x:x + a.shape[1]] = a
    top, left = top + y, left + x
    return out[max(0, top):top + h, max(0, left):left + w]


def crop_half_even(a, h, w):
    """torchvision's center_crop: padding before rounded down, start by Python's round."""
    if h > a.shape[0] or w > a.shape[1]:
        ph, pw = max(h - a.shape[0], 0), max(w - a.shape[1], 0)
        a = np.pad(a, ((ph // 2, (ph + 1) // 2), (pw // 2, (pw + 1) // 2), (0, 0)))
    top, left = int(round((a.shape[0] - h) / 2.0)), int(round((a.shape[1] - w) / 2.0))
    return a[top:top + h, left:left + w]


def normalise(a, mean, std):
    return (a - np.array(mean, np.float32)) / np.array(std, np.float32)


K = Image.Resampling
imagenet = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
half = ([0.5] * 3, [0.5] * 3)
F = 1 / 255
config, sidecar = "preprocessor_config.json", "model.transferlens.json"
cases = []


def case(name, image, files, graph, mode, resize, crop, factor, mean_std, layout="NCHW", flip=False, after=None, tolerance=0):
    picture = Image.open(images / image).convert(mode)
    picture = resize(picture) if resize else picture
    a = np.array(picture)
    a = a[..., None] if a.ndim == 2 else a
    a = crop(a) if crop else a
    a = (a.astype(np.float64) * factor).astype(np.float32)
    a = a[..., ::-1] if flip else a
    a = normalise(a, *mean_std) if mean_std else a
    a = after(a) if after else a
    h, w, c = a.shape
    a = np.ascontiguousarray(a if layout == "NHWC" else a.transpose(2, 0, 1), np.float32)
    (here / f"{name}.f32").write_bytes(a.astype("<f4").tobytes())
    channels, height, width = graph
    cases.append({"name": name, "image": image, "files": files, "tensor": [c, h, w],
                  "graph": {"channels": channels, "height": height, "width": width, "layout": layout},
                  "tolerance": tolerance})


case("default", "rgb.png", {}, (3, 24, 24), "RGB", lambda i: shortest(i, 27, K.BILINEAR),
     lambda a: crop_half_even(a, 24, 24), F, imagenet)
case("default-grey", "rgb.png", {}, (1, 22, 22), "L", lambda i: shortest(i, 25, K.BILINEAR),
     lambda a: crop_half_even(a, 22, 22), F, None)
case("default-not-square", "rgb.png", {}, (3, 20, 31), "RGB", lambda i: i.resize((31, 20), K.BILINEAR), None, F, imagenet)
case("default-extreme", "65000x10.png", {}, (3, 16, 16), "RGB", lambda i: shortest(i, 18, K.BILINEAR),
     lambda a: crop_half_even(a, 16, 16), F, imagenet)
case("vit", "rgba.png", {config: {"image_processor_type": "ViTImageProcessor", "size": 30}}, (3, 30, 30), "RGB",
     lambda i: i.resize((30, 30), K.BILINEAR), None, F, half)
case("deit-old", "baseline-420.jpg", {config: {"feature_extractor_type": "DeiTFeatureExtractor", "size": 33, "crop_size": 28,
     "do_center_crop": True, "do_normalize": True, "do_resize": True, "resample": 3, "image_mean": imagenet[0],
     "image_std": imagenet[1]}}, (3, None, None), "RGB",
     lambda i: i.resize((33, 33), K.BICUBIC), lambda a: crop_floor(a, 28, 28), F, imagenet)
case("convnext", "progressive.jpg", {config: {"feature_extractor_type": "ConvNextFeatureExtractor", "size": 24, "crop_pct": 0.875,
     "resample": 3}}, (3, 24, 24), "RGB", lambda i: shortest(i, 27, K.BICUBIC), lambda a: crop_floor(a, 24, 24), F, half)
case("clip-padded", "rgb.png", {config: {"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 20},
     "crop_size": {"height": 25, "width": 24}, "image_mean": imagenet[0], "image_std": imagenet[1]}}, (3, 25, 24), "RGB",
     lambda i: shortest(i, 20, K.BICUBIC), lambda a: crop_floor(a, 25, 24), F, imagenet)
case("mobilevit", "rgb.png", {config: {"image_processor_type": "MobileViTImageProcessor", "resample": 2, "size": {"shortest_edge": 28},
     "crop_size": 25}}, (3, 25, 25), "RGB", lambda i: shortest(i, 28, K.BILINEAR), lambda a: crop_floor(a, 25, 25), F, None,
     flip=True)
case("levit", "rgb.png", {config: {"image_processor_type": "LevitImageProcessor", "size": {"shortest_edge": 21}, "crop_size": 21}},
     (3, 21, 21), "RGB", lambda i: shortest(i, 24, K.BICUBIC), lambda a: crop_floor(a, 21, 21), F, imagenet)
case("poolformer", "rgb.png", {config: {"image_processor_type": "PoolFormerImageProcessor", "size": 20, "crop_size": 20}},
     (3, 20, 20), "RGB", lambda i: shortest(i, 22, K.BICUBIC), lambda a: crop_floor(a, 20, 20), F, imagenet)
case("efficientnet", "rgb.png", {config: {"image_processor_type": "EfficientNetImageProcessor", "size": {"height": 30, "width": 30}}},
     (3, 30, 30), "RGB", lambda i: i.resize((30, 30), K.NEAREST), None, F, half,
     after=lambda a: normalise(a, [0, 0, 0], half[1]), tolerance=1e-6)
case("keys-alone", "rgb-16.png", {config: {"do_resize": True, "size": {"height": 28, "width": 26}, "resample": 1, "do_rescale": False,
     "do_normalize": False}}, (1, 28, 26), "L", lambda i: i.resize((26, 28), K.LANCZOS), None, 1, None)
case("sidecar-over-config", "rgb.png", {config: {"image_processor_type": "ViTImageProcessor", "size": 30, "resample": 5},
     sidecar: {"size": 26, "image_mean": 0.25, "image_std": [0.5, 0.25, 1]}}, (3, 26, 26), "RGB",
     lambda i: i.resize((26, 26), K.HAMMING), None, F, ([0.25] * 3, [0.5, 0.25, 1]))
case("sidecar-timm", "rgb.png", {"transferlens.json": {"size": 22, "crop_pct": 0.9, "resample": "bicubic", "channelOrder": "BGR",
     "rescale_factor": 1, "image_mean": [103.939, 116.779, 123.68], "image_std": 1}}, (3, None, None), "RGB",
     lambda i: shortest(i, 24, K.BICUBIC), lambda a: crop_half_even(a, 22, 22), 1, ([103.939, 116.779, 123.68], [1, 1, 1]),
     flip=True)
case("four-channels-last", "rgba.png", {sidecar: {"size": {"height": 16, "width": 20}, "resample": "box", "image_mean": 0.5,
     "image_std": [0.5, 0.4, 0.3, 0.2]}}, (4, 16, 20), "RGBA", lambda i: i.resize((20, 16), K.BOX), None, F,
     ([0.5] * 4, [0.5, 0.4, 0.3, 0.2]), layout="NHWC")
case("padded-floor", "rgb.png", {config: {"do_resize": False, "do_center_crop": True, "crop_size": {"height": 34, "width": 30},
     "do_normalize": False}}, (3, 34, 30), "RGB", None, lambda a: crop_floor(a, 34, 30), F, None)
case("padded-half-even", "rgb.png", {sidecar: {"do_resize": False, "crop_size": {"height": 34, "width": 30}, "do_normalize": False}},
     (3, 34, 30), "RGB", None, lambda a: crop_half_even(a, 34, 30), F, None)

lines = ",\n".join("  " + json.dumps(c) for c in cases)
(here / "cases.json").write_text("[\n" + lines + "\n]\n")
