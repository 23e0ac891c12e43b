"""Small models for the scripts that train them: `python nextModels.py KIND FOLDER` writes one and its config.json."""

import pathlib
import sys

kind, folder = sys.argv[1], pathlib.Path(sys.argv[2])
if kind != "keras":
    import torch

    torch.manual_seed(0)
if kind == "timm":
    import timm
    from timm.models import save_for_hf

    save_for_hf(timm.create_model("test_resnet", num_classes=7), folder, safe_serialization=True)
elif kind == "vit":
    from transformers import ViTConfig, ViTForImageClassification

    size = dict(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
    config = ViTConfig(image_size=32, patch_size=8, num_labels=7, **size)
    ViTForImageClassification(config).save_pretrained(folder)
elif kind == "bert":
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizer

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "another", "text"]
    (folder / "vocab.txt").write_text("\n".join(words))
    BertTokenizer(str(folder / "vocab.txt")).save_pretrained(folder)
    size = dict(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
    config = BertConfig(vocab_size=len(words), num_labels=7, **size)
    BertForSequenceClassification(config).save_pretrained(folder)
elif kind == "onnx":
    import numpy as np
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    def weights(name, *shape):
        return numpy_helper.from_array((torch.randn(*shape) / shape[-1] ** 0.5).numpy(), name)

    nodes = [
        helper.make_node("Conv", ["images", "kernels"], ["maps"], strides=[2, 2]),
        helper.make_node("Relu", ["maps"], ["positive"]),
        helper.make_node("GlobalAveragePool", ["positive"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["features"]),
        helper.make_node("Gemm", ["features", "w", "b"], ["logits"], transB=1),
    ]
    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, ["n" if len(sys.argv) < 4 else int(sys.argv[3]), 3, 32, 32])
    logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, [None, 7])
    given = [weights("kernels", 8, 3, 3, 3), weights("w", 7, 8), weights("b", 7)]
    old = "old" in sys.argv[4:]
    inputs = [images]
    if old:
        # As exporters wrote it up to IR version 3: a batch that a constant fixes, and weights that are listed as inputs too.
        given.append(numpy_helper.from_array(np.array([int(sys.argv[3]), 8], np.int64), "shape"))
        nodes[3] = helper.make_node("Reshape", ["pooled", "shape"], ["features"])
        inputs += [helper.make_tensor_value_info(one.name, one.data_type, one.dims) for one in given]
    graph = helper.make_graph(nodes, "small", inputs, [logits], given)
    version = dict(opset_imports=[helper.make_opsetid("", 8)], ir_version=3) if old else dict(opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    model = helper.make_model(graph, **version)
    onnx.checker.check_model(model)
    onnx.save(model, folder / "model.onnx")
elif kind == "torchvision":
    from torchvision.models import get_model

    name = sys.argv[3]
    torch.save(get_model(name, weights=None, num_classes=7).state_dict(), folder / f"{name}.pth")
elif kind == "exported":
    from torchvision.models import VisionTransformer, get_model

    if sys.argv[3] == "transformer":
        size = dict(num_layers=2, num_heads=4, hidden_dim=64, mlp_dim=128)
        network = VisionTransformer(image_size=32, patch_size=8, num_classes=7, **size).eval()
    else:
        network = get_model(sys.argv[3], weights=None, num_classes=7).eval()
    axes = {"images": {0: "n"}, "logits": {0: "n"}}
    names = dict(input_names=["images"], output_names=["logits"], dynamic_axes=axes)
    torch.onnx.export(network, (torch.zeros(1, 3, 32, 32),), folder / "model.onnx", dynamo=False, **names)
elif kind == "keras":
    import keras

    keras.utils.set_random_seed(0)
    layers = [
        keras.layers.Input((32, 32, 3)),
        keras.layers.Conv2D(8, 3, strides=2, use_bias=False),
        keras.layers.BatchNormalization(),
        keras.layers.ReLU(),
        keras.layers.GlobalAveragePooling2D(),
        keras.layers.Dense(7),
        keras.layers.Softmax(),
    ]
    model = keras.Sequential(layers)
    model.save(folder / "small.keras")
    model.save(folder / "small.h5")
    model.export(folder / "small")
