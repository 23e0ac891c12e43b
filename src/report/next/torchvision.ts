import type { Framework } from './facts.js';
import { importsOf, packagesOf } from './samples.js';
import { header, quoted } from './script.js';
import { folderImport, imagesOf, settings, trainingOf, transformOf } from './torch.js';

/** Weights of one of torchvision's networks, in a file of their own. */
export const torchvision: Framework = {
  id: 'torchvision',
  language: 'python',
  fits: ({ model }) => model.architecture?.library === 'torchvision' && model.plan.kind === 'image',
  write(facts) {
    const { architecture, plan } = facts.model;
    if (!architecture || plan.kind !== 'image') return '';
    const safe = /\.safetensors$/i.test(architecture.from);
    const some = facts.intent === 'retrainHead';
    return `${header(facts, `pip install torch torchvision${safe ? ' safetensors' : ''}${packagesOf(facts)}`)}
${importsOf(facts)}import torch
from PIL import Image
${safe ? 'from safetensors.torch import load_file\n' : ''}from torch import nn
${folderImport(facts)}from torchvision.models import get_model
from torchvision.transforms import InterpolationMode, v2

WEIGHTS = ${quoted(architecture.from)}
NETWORK = ${quoted(architecture.name)}  # the network that the weights are for: correct it if it is another
${settings}

${transformOf(plan)}

${imagesOf(facts, plan)}

state = ${safe ? 'load_file(WEIGHTS)' : 'torch.load(WEIGHTS, map_location="cpu", weights_only=True)'}
for key in ("state_dict", "model_state_dict", "model"):
    state = state.get(key, state)
state = {name.removeprefix("module."): values for name, values in state.items()}
model = get_model(NETWORK, weights=None)
# Scores of auxiliary heads, which some networks give while they are trained, are not wanted.
model.aux_logits = False
# The last linear layer is replaced by a new head, in the network and in its weights.
name, old = [(name, layer) for name, layer in model.named_modules() if isinstance(layer, (nn.Linear, nn.Conv2d))][-1]
if isinstance(old, nn.Conv2d):
    head = nn.Conv2d(old.in_channels, outputs, old.kernel_size)
else:
    head = nn.Linear(old.in_features, outputs, bias=old.bias is not None)
parent, _, last = name.rpartition(".")
setattr(model.get_submodule(parent), last, head)
state.update({f"{name}.{key}": values for key, values in head.state_dict().items()})
model.load_state_dict(state)
model.to(device)
trained = ${some ? 'head' : 'model'}
parameters, modes = trained.parameters(), [trained]
forward = model

${trainingOf(facts)}
torch.save(model.state_dict(), "fine_tuned.pt")
`;
  },
};
