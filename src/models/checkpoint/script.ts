import { basename, dirname, extname } from 'node:path';
import { torchvisionName } from '../architecture.js';

/** What the files beside some weights say of the network that they are for. */
export interface Beside {
  /** Name of a timm model. */
  timm?: string;
  /** Class of transformers. */
  transformers?: string;
  /** The file is TorchScript: the network itself is in it. */
  script?: boolean;
  /** Height and width of the images that it was trained on, and their normalisation, where they are told. */
  size?: number;
  mean?: readonly number[];
  std?: readonly number[];
}

/**
 * A Python script that makes of some weights what can be scored: an ONNX model or, after a line is filled in, predictions
 * for a labelled folder. Where nothing says which network the weights are for, there is a line to fill in, too.
 */
export function exportScript(path: string, beside: Beside): string {
  if (beside.transformers && /SequenceClassification/.test(beside.transformers))
    return texts(path, beside.transformers);
  return images(path, beside);
}

/** What stands in a comment must not end it. */
const oneLine = (text: string) => text.replace(/\p{Cc}/gu, ' ');

/** A Python string. JSON's are Python's, but for what lies beyond 16 bits, which neither escapes. */
const quoted = (text: string) => JSON.stringify(text);

function images(path: string, beside: Beside): string {
  const stem = basename(path, extname(path));
  const name = /^(pytorch_model|model)$/i.test(stem) ? basename(dirname(path)) || stem : stem;
  const { size = 224, mean = [0.485, 0.456, 0.406], std = [0.229, 0.224, 0.225] } = beside;
  const packages = beside.transformers ? 'transformers' : beside.timm ? 'timm' : 'torchvision';
  return `# Makes an ONNX model of ${oneLine(basename(path))}, or predictions, for TransferLens to score.
# Needs: pip install torch torchvision${packages === 'torchvision' ? '' : ` ${packages}`} onnx numpy${/\.safetensors$/i.test(path) ? ' safetensors' : ''}
import numpy as np
import torch
import torchvision
from torchvision.transforms import v2

WEIGHTS = ${quoted(path)}
SIZE = ${size}  # height and width of the images that the network was trained on
MEAN, STD = [${mean.join(', ')}], [${std.join(', ')}]  # and their normalisation
IMAGES = None  # a folder of images in a sub-folder for each class: "path/to/images"

${network(path, beside)}
model.eval()

# 1. The network itself, as ONNX. Score this file.
torch.onnx.export(
    model,
    (torch.zeros(1, 3, SIZE, SIZE),),
    ${quoted(`${name}.onnx`)},
    input_names=["images"],
    output_names=["logits"],
    dynamic_axes={"images": {0: "n"}, "logits": {0: "n"}},
    dynamo=False,
)

# 2. Or what it makes of your images, where it cannot be exported. Score this file instead; it needs no --data.
if IMAGES is not None:
    transform = v2.Compose([
        v2.RGB(), v2.Resize(round(SIZE / 0.875)), v2.CenterCrop(SIZE), v2.ToImage(),
        v2.ToDtype(torch.float32, scale=True), v2.Normalize(MEAN, STD),
    ])
    data = torchvision.datasets.ImageFolder(IMAGES, transform)
    features, logits = [], []
    # What the last linear layer is given are the penultimate features.
    layers = [layer for layer in model.modules() if isinstance(layer, torch.nn.Linear)]
    if layers:  # TorchScript hides its own: then there are no features
        layers[-1].register_forward_pre_hook(lambda _, given: features.append(given[0].flatten(1)))
    with torch.no_grad():
        for images, _ in torch.utils.data.DataLoader(data, batch_size=32):
            logits.append(model(images))
    probs = torch.softmax(torch.cat(logits), dim=1)
    np.savez(
        ${quoted(`${name}.npz`)},
        probs=probs.numpy(),
        labels=np.array([data.classes[y] for y in data.targets]),
        ids=np.array([file[len(IMAGES):].replace("\\\\", "/").strip("/") for file, _ in data.samples]),
        **({"features": torch.cat(features).numpy()} if features else {}),
    )
`;
}

function network(path: string, { timm, transformers, script }: Beside): string {
  if (script) return `model = torch.jit.load(WEIGHTS, map_location="cpu")`;
  if (transformers)
    return `from transformers import ${className(transformers)} as Network


class Logits(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.network = Network.from_pretrained(${quoted(dirname(path))})

    def forward(self, images):
        return self.network(images).logits


model = Logits()`;
  const found = torchvisionName(path);
  const make = timm
    ? `timm.create_model(${quoted(timm)}, num_classes=classes)`
    : `torchvision.models.${found ?? 'resnet18'}(num_classes=classes)`;
  const doubt = timm ? '' : '  # the network that the weights are for: correct it if it is another';
  const load = /\.safetensors$/i.test(path)
    ? `from safetensors.torch import load_file

state = load_file(WEIGHTS)`
    : `# A file that holds more than weights needs weights_only=False, which runs what is in it: only if you trust it.
state = torch.load(WEIGHTS, map_location="cpu", weights_only=True)`;
  return `${timm ? 'import timm\n' : ''}${load}
for key in ("state_dict", "model_state_dict", "model"):
    if isinstance(state, dict) and key in state:
        state = state[key]
if isinstance(state, torch.nn.Module):
    model = state
else:
    state = {name.removeprefix("module."): values for name, values in state.items()}
    classes = [values for values in state.values() if values.ndim == 2][-1].shape[0]
    model = ${make}${doubt}
    model.load_state_dict(state)`;
}

function texts(path: string, architecture: string): string {
  const folder = dirname(path);
  return `# Makes an ONNX model of ${oneLine(basename(folder))} for TransferLens to score.
# Needs: pip install torch transformers onnx
import torch
from transformers import AutoTokenizer, ${className(architecture)} as Network

FOLDER = ${quoted(folder)}
tokenizer = AutoTokenizer.from_pretrained(FOLDER)


class Logits(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.network = Network.from_pretrained(FOLDER)

    def forward(self, input_ids, attention_mask):
        return self.network(input_ids=input_ids, attention_mask=attention_mask).logits


given = tokenizer("a text", return_tensors="pt")
axes = {0: "n", 1: "tokens"}
# Beside its own config.json and tokenizer.json, which the scores need.
torch.onnx.export(
    Logits().eval(),
    (given["input_ids"], given["attention_mask"]),
    FOLDER + "/model.onnx",
    input_names=["input_ids", "attention_mask"],
    output_names=["logits"],
    dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": {0: "n"}},
    dynamo=False,
)
`;
}

/** The name of a class, and nothing else that a file might say. */
function className(name: string): string {
  return /^\w+$/.test(name) ? name : 'AutoModelForImageClassification';
}
