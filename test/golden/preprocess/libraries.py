"""What torchvision, timm and Hugging Face's image processors (the PIL ones) make of 30 images.

Needs torch, torchvision, timm, transformers and Pillow. Of each tensor 24 values at fixed places are kept, and the mean of all.
Writes libraries/*.png, *.jpg and libraries.json beside this file: `python3 libraries.py`.
"""

import importlib
import json
import pathlib

import numpy as np
import torch
from PIL import Image
from timm.data import create_transform, resolve_data_config
from torchvision import transforms as T

here = pathlib.Path(__file__).parent
folder = here / "libraries"
folder.mkdir(exist_ok=True)
rng = np.random.default_rng(11)


def picture(width, height, channels):
    """Structure of several sizes, so that every kernel has something to do."""
    y, x = np.mgrid[0:height, 0:width]
    waves = [np.sin(x / (1 + 6 * rng.random())) * np.cos(y / (1 + 6 * rng.random())) for _ in range(channels)]
    noise = rng.normal(size=(height, width, channels))
    return np.clip(128 + 80 * np.stack(waves, -1) + 30 * noise, 0, 255).astype(np.uint8)


kinds = ["RGB"] * 18 + ["L"] * 4 + ["RGBA"] * 3 + ["P"] * 2 + ["CMYK"] * 3
names = []
for k, mode in enumerate(kinds):
    width, height = int(rng.integers(20, 90)), int(rng.integers(20, 90))
    if mode == "L":
        image = Image.fromarray(picture(width, height, 1)[..., 0])
    elif mode == "RGBA":
        image = Image.fromarray(picture(width, height, 4), "RGBA")
    elif mode == "CMYK":
        image = Image.fromarray(picture(width, height, 3)).convert("CMYK")
    else:
        image = Image.fromarray(picture(width, height, 3))
        if mode == "P":
            image = image.convert("P", palette=Image.Palette.ADAPTIVE)
    jpeg = mode == "CMYK" or (mode in ("RGB", "L") and k % 2 == 0)
    name = f"{k:02d}-{mode.lower()}.{'jpg' if jpeg else 'png'}"
    image.save(folder / name, **({"quality": 90} if jpeg else {}))
    names.append(name)

images = [Image.open(folder / name).convert("RGB") for name in names]
mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
resamples = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3, "box": 4, "hamming": 5}
tail = [T.ToTensor(), T.Normalize(mean, std)]
cases = []


def add(name, size, file, content, transform):
    tensors = [np.asarray(transform(image), np.float32) for image in images]
    places = np.sort(np.random.default_rng(len(cases)).choice(tensors[0].size, 24, replace=False))
    cases.append({
        "name": name,
        "size": list(size),
        "files": {file: content},
        "places": [int(p) for p in places],
        "values": [[float(f"{v:.9g}") for v in t.ravel()[places]] for t in tensors],
        "means": [float(t.mean(dtype=np.float64)) for t in tensors],
    })


def torchvision(name, size, sidecar, *steps):
    add(f"torchvision {name}", size, "transferlens.json", sidecar, T.Compose([*steps, *tail]))


norm = {"image_mean": mean, "image_std": std}
torchvision("resize and crop", (32, 32), {**norm, "size": {"shortest_edge": 40}, "crop_size": 32}, T.Resize(40), T.CenterCrop(32))
torchvision("odd crop", (33, 33), {**norm, "size": {"shortest_edge": 38}, "crop_size": 33, "resample": "bicubic"},
            T.Resize(38, T.InterpolationMode.BICUBIC), T.CenterCrop(33))
torchvision("to a rectangle", (24, 40), {**norm, "size": {"height": 24, "width": 40}}, T.Resize((24, 40)))
torchvision("nearest", (28, 28), {**norm, "size": {"height": 28, "width": 28}, "resample": "nearest"},
            T.Resize((28, 28), T.InterpolationMode.NEAREST))
torchvision("padded crop", (48, 48), {**norm, "size": {"shortest_edge": 30}, "crop_size": 48}, T.Resize(30), T.CenterCrop(48))

for crop_pct, interpolation, crop_mode in [
    (0.875, "bilinear", "center"), (0.95, "bicubic", "center"), (1.0, "bicubic", "center"), (0.9, "bicubic", "squash"),
]:
    cfg = {"input_size": [3, 32, 32], "crop_pct": crop_pct, "interpolation": interpolation, "crop_mode": crop_mode, "mean": mean, "std": std}
    transform = create_transform((3, 32, 32), crop_pct=crop_pct, interpolation=interpolation, crop_mode=crop_mode, mean=mean, std=std)
    add(f"timm {crop_pct} {interpolation} {crop_mode}", (32, 32), "config.json",
        {"architecture": "resnet18", "num_classes": 1000, "pretrained_cfg": cfg}, transform)

# What a configuration leaves out is timm's default.
for cfg in [{"input_size": [3, 32, 32]}, {"input_size": [3, 30, 30], "crop_pct": 0.89, "crop_mode": "squash", "interpolation": "bilinear"}]:
    add(f"timm defaults {len(cfg)}", cfg["input_size"][1:], "config.json", {"architecture": "resnet18", "pretrained_cfg": cfg},
        create_transform(**resolve_data_config(pretrained_cfg=cfg)))


def huggingface(model, tensor, **config):
    name = {"vit": "ViT", "convnext": "ConvNext", "deit": "DeiT", "clip": "CLIP", "beit": "Beit", "efficientnet": "EfficientNet",
            "mobilenet_v1": "MobileNetV1", "mobilenet_v2": "MobileNetV2", "bit": "Bit", "levit": "Levit", "pvt": "Pvt",
            "poolformer": "PoolFormer", "segformer": "Segformer", "mobilevit": "MobileViT", "siglip": "Siglip"}[model]
    module = importlib.import_module(f"transformers.models.{model}.image_processing_pil_{model}")
    processor = getattr(module, f"{name}ImageProcessorPil")(**config)
    written = {"image_processor_type": f"{name}ImageProcessor", **config}
    add(f"transformers {name}", tensor, "preprocessor_config.json", written,
        lambda image: processor(image, return_tensors="np")["pixel_values"][0])


side = lambda n: {"height": n, "width": n}  # noqa: E731
short = lambda n: {"shortest_edge": n}  # noqa: E731
huggingface("vit", (32, 32), size=side(32))
huggingface("deit", (32, 32), size=side(38), crop_size=side(32))
huggingface("beit", (32, 32), size=side(36), crop_size=side(32), do_center_crop=True)
huggingface("clip", (32, 32), size=short(32), crop_size=side(32))
huggingface("convnext", (32, 32), size=short(32), crop_pct=0.875)
huggingface("efficientnet", (32, 32), size=side(32), resample=3)
huggingface("mobilenet_v1", (32, 32), size=short(36), crop_size=side(32))
huggingface("mobilenet_v2", (32, 32), size=short(37), crop_size=side(32))
huggingface("bit", (32, 32), size=short(36), crop_size=side(32))
huggingface("levit", (32, 32), size=short(32), crop_size=side(32))
huggingface("pvt", (32, 32), size=side(32))
huggingface("poolformer", (32, 32), size=short(32), crop_size=side(32), crop_pct=0.9)
huggingface("siglip", (32, 32), size=side(32))
huggingface("mobilevit", (32, 32), size=short(36), crop_size=side(32))
huggingface("segformer", (32, 32), size=side(32))

(here / "libraries.json").write_text(json.dumps({"images": names, "cases": cases}))
print(len(cases), "configurations,", len(names), "images")
