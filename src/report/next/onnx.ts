import type { Framework, NextFacts } from './facts.js';
import { onnxBody } from './onnxBody.js';
import { importsOf, packagesOf } from './samples.js';
import { header, quoted } from './script.js';
import { folderImport, imagesOf, numbersOf, settings, trainingOf, transformOf } from './torch.js';

/**
 * An ONNX model of images or of rows of numbers that nothing else is known of. ONNX Runtime computes the features that a new head is
 * trained on; to train the body too PyTorch computes them.
 */
export const onnx: Framework = {
  id: 'onnx',
  language: 'python',
  fits: facts => facts.model.format === 'onnx' && hasFeatures(facts),
  write(facts) {
    const head = facts.intent === 'retrainHead';
    const packages = ['onnx', ...(head ? ['onnxruntime'] : [])];
    const from = head ? [] : ['from onnx import numpy_helper'];
    return scriptOf(
      facts,
      packages,
      from,
      `${body(facts)}\n\n${head ? `session = onnxruntime.InferenceSession(whole.SerializeToString())\n${onFeatures(facts)}` : whole(facts)}`,
    );
  },
};

/** A model in ONNX Runtime's own format, of which an output gives the features: its graph can be run and not be trained. */
export const ort: Framework = {
  id: 'ort',
  language: 'python',
  headOnly: true,
  fits: facts => facts.model.format === 'ort' && hasFeatures(facts),
  write: facts =>
    scriptOf(
      facts,
      ['onnxruntime'],
      [],
      `# The weights in an .ort file cannot be trained. To fine-tune all of it, score the ONNX file that it was made of.
FEATURES, DIMENSION = ${quoted(facts.model.features ?? '')}, ${facts.model.dimension}
session = onnxruntime.InferenceSession(MODEL)
${onFeatures(facts)}`,
    ),
};

/** Whether its penultimate features are known, and how samples become its input in a few lines. */
function hasFeatures({ model }: NextFacts): boolean {
  const { kind } = model.plan;
  return (
    (kind === 'image' || kind === 'numbers') && model.features !== null && model.dimension !== null
  );
}

/**
 * @param packages that are imported, beside PyTorch
 * @param from more imports of them
 * @param model lines that make `model`, and what else `trainingOf` needs
 */
function scriptOf(facts: NextFacts, packages: string[], from: string[], model: string): string {
  const { plan, path } = facts.model;
  const head = facts.intent === 'retrainHead';
  const image = plan.kind === 'image';
  const needed = ['torch', ...(image ? ['torchvision'] : []), ...packages].join(' ');
  const lines = [
    ...packages.map(name => `import ${name}`),
    'import torch',
    ...from,
    ...(image ? ['from PIL import Image'] : []),
    'from torch import nn',
    ...(head ? [] : ['from torch.nn import functional as F']),
  ];
  const images = image
    ? `${folderImport(facts)}from torchvision.transforms import InterpolationMode, v2\n`
    : '';
  return `${header(facts, `pip install ${needed}${packagesOf(facts)}`)}
${importsOf(facts)}${lines.join('\n')}
${images}
MODEL = ${quoted(path)}
${settings}

${image ? `${transformOf(plan)}\n\n${imagesOf(facts, plan)}` : numbersOf(facts)}

${model}

${trainingOf(facts)}
torch.save(model.state_dict(), "${head ? 'head' : 'fine_tuned'}.pt")
`;
}

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

const axes = (facts: NextFacts, inputs: string) =>
  facts.model.plan.kind === 'image' && facts.model.plan.layout === 'NHWC'
    ? `${inputs}.permute(0, 2, 3, 1)`
    : inputs;

function onFeatures(facts: NextFacts): string {
  return `given = session.get_inputs()[0]
fixed = given.shape[0] if isinstance(given.shape[0], int) else None
types = {"tensor(float16)": torch.float16, "tensor(double)": torch.float64, "tensor(uint8)": torch.uint8}


def features(inputs):
    inputs = ${axes(facts, 'inputs')}.to(types.get(given.type, torch.float32)).contiguous()
    parts = inputs.split(fixed) if fixed else [inputs]
    found = []
    for part in parts:
        missing = fixed - len(part) if fixed else 0
        filled = torch.cat([part, part[-1:].expand(missing, *part.shape[1:])])
        rows = session.run([FEATURES], {given.name: filled.numpy()})[0]
        found.append(torch.from_numpy(rows).float().flatten(1)[: len(part)])
    return torch.cat(found)


# Each sample goes through the body once.
rows, labels = [], []
for inputs, own in torch.utils.data.DataLoader(data, BATCH):
    rows.append(features(inputs))
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


def forward(inputs):
    return head(body(${axes(facts, 'inputs')}))
`;
}
