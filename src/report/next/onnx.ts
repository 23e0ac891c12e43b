import type { Framework, NextFacts } from './facts.js';
import { onnxBody } from './onnxBody.js';
import { importsOf, packagesOf } from './samples.js';
import { header, quoted } from './script.js';
import { folderImport, imagesOf, settings, trainingOf, transformOf } from './torch.js';

/**
 * An ONNX model of images that nothing else is known of. ONNX Runtime computes the features that a new head is trained on; to train
 * the body too PyTorch computes them.
 */
export const onnx: Framework = {
  id: 'onnx',
  language: 'python',
  fits: ({ model }) =>
    model.format === 'onnx' &&
    model.plan.kind === 'image' &&
    model.features !== null &&
    model.dimension !== null,
  write(facts) {
    const { plan, path } = facts.model;
    if (plan.kind !== 'image') return '';
    const head = facts.intent === 'retrainHead';
    return `${header(facts, `pip install torch torchvision onnx${head ? ' onnxruntime' : ''}${packagesOf(facts)}`)}
${importsOf(facts)}import onnx
${head ? 'import onnxruntime\n' : ''}import torch
${head ? '' : 'from onnx import numpy_helper\n'}from PIL import Image
from torch import nn
${head ? '' : 'from torch.nn import functional as F\n'}${folderImport(facts)}from torchvision.transforms import InterpolationMode, v2

MODEL = ${quoted(path)}
${settings}

${transformOf(plan)}

${imagesOf(facts, plan)}

${body(facts)}

${head ? onFeatures(facts) : whole(facts)}

${trainingOf(facts)}
torch.save(model.state_dict(), "${head ? 'head' : 'fine_tuned'}.pt")
`;
  },
};

/** The graph up to the penultimate features. */
function body({ model }: NextFacts): string {
  return `# The model up to its penultimate features.
FEATURES, DIMENSION = ${quoted(model.features ?? '')}, ${model.dimension}
whole = onnx.load(MODEL)
wanted, kept = {FEATURES}, []
for node in reversed(whole.graph.node):
    if wanted & set(node.output):
        kept.append(node)
        wanted |= set(node.input)
del whole.graph.node[:]
whole.graph.node.extend(reversed(kept))
used = [values for values in whole.graph.initializer if values.name in wanted]
del whole.graph.initializer[:]
whole.graph.initializer.extend(used)
# Old models list their weights among what they take.
taken = [one for one in whole.graph.input if one.name in wanted]
del whole.graph.input[:]
whole.graph.input.extend(taken)
del whole.graph.output[:]
whole.graph.output.append(onnx.helper.make_empty_tensor_value_info(FEATURES))`;
}

const axes = (facts: NextFacts, images: string) =>
  facts.model.plan.kind === 'image' && facts.model.plan.layout === 'NHWC'
    ? `${images}.permute(0, 2, 3, 1)`
    : images;

function onFeatures(facts: NextFacts): string {
  return `session = onnxruntime.InferenceSession(whole.SerializeToString())
given = session.get_inputs()[0]
fixed = given.shape[0] if isinstance(given.shape[0], int) else None


def features(images):
    images = ${axes(facts, 'images')}.contiguous()
    parts = images.split(fixed) if fixed else [images]
    found = []
    for part in parts:
        missing = fixed - len(part) if fixed else 0
        filled = torch.cat([part, part[-1:].expand(missing, *part.shape[1:])])
        rows = session.run([FEATURES], {given.name: filled.numpy()})[0]
        found.append(torch.from_numpy(rows).flatten(1)[: len(part)])
    return torch.cat(found)


# Each image goes through the body once.
rows, labels = [], []
for images, own in torch.utils.data.DataLoader(data, BATCH):
    rows.append(features(images))
    labels.append(own)
rows, labels = torch.cat(rows), torch.cat(labels)
rows = (rows - rows.mean(0)) / (rows.std(0) + 1e-6)
data = torch.utils.data.TensorDataset(rows, labels)

model = nn.Linear(DIMENSION, outputs).to(device)
parameters, modes = model.parameters(), [model]
forward = model
EPOCHS = 200`;
}

function whole(facts: NextFacts): string {
  return `GIVEN = next(one.name for one in whole.graph.input if one.name not in {values.name for values in used})


${onnxBody}


body, head = Body(whole.graph), nn.Linear(DIMENSION, outputs)
model = nn.ModuleDict({"body": body, "head": head}).to(device)
parameters, modes = model.parameters(), [model]


def forward(images):
    return head(body(${axes(facts, 'images')}))
`;
}
