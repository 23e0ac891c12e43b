import type { Framework, NextFacts } from './facts.js';
import { importsOf, packagesOf, pythonSamples } from './samples.js';
import { header, outputsOf, quoted } from './script.js';
import { folderImport, imagesOf, settings, trainingOf, transformOf } from './torch.js';

/** Weights that transformers loads from the folder they lie in: classifiers of images, and of texts. */
export const transformers: Framework = {
  id: 'transformers',
  language: 'python',
  fits: ({ model }) =>
    model.architecture?.library === 'transformers' &&
    (model.plan.kind === 'image' || model.plan.kind === 'text'),
  write: facts => (facts.model.plan.kind === 'image' ? images(facts) : texts(facts)),
};

/** The network with a new head, and what of it is trained. */
function network({ intent, model, dataset }: NextFacts, auto: string): string {
  const more = dataset.targets ? ', problem_type="regression"' : '';
  return `model = ${auto}.from_pretrained(
    ${quoted(model.architecture?.from ?? '')}, num_labels=outputs, ignore_mismatched_sizes=True${more}
).to(device)
${
  intent === 'retrainHead'
    ? `body = {id(p) for p in model.base_model.parameters()}
parameters = [p for p in model.parameters() if id(p) not in body]
modes = [module for name, module in model.named_children() if module is not model.base_model]`
    : 'parameters, modes = model.parameters(), [model]'
}`;
}

function images(facts: NextFacts): string {
  const { plan } = facts.model;
  if (plan.kind !== 'image') return '';
  return `${header(facts, `pip install torch torchvision transformers${packagesOf(facts)}`)}
${importsOf(facts)}import torch
from PIL import Image
from torch import nn
${folderImport(facts)}from torchvision.transforms import InterpolationMode, v2
from transformers import AutoModelForImageClassification

${settings}

${transformOf(plan)}

${imagesOf(facts, plan)}

${network(facts, 'AutoModelForImageClassification')}


def forward(images):
    return model(pixel_values=images).logits


${trainingOf(facts)}
model.save_pretrained("fine_tuned")
`;
}

function texts(facts: NextFacts): string {
  const { plan, architecture } = facts.model;
  if (plan.kind !== 'text' || !architecture) return '';
  const outputs = outputsOf(facts);
  const { reading } = facts.dataset;
  const given =
    reading?.kind === 'table' && reading.pair !== null
      ? '*map(list, zip(*[texts for texts, _ in pairs]))'
      : '[text for text, _ in pairs]';
  return `${header(facts, `pip install torch transformers${packagesOf(facts)}`)}
${importsOf(facts)}import torch
from torch import nn
from transformers import AutoModelForSequenceClassification, AutoTokenizer

${settings}

${pythonSamples(facts).text}
data = samples
outputs = ${outputs}
tokenizer = AutoTokenizer.from_pretrained(${quoted(architecture.from)})


class Tokens(dict):
    def to(self, device):
        return Tokens({name: values.to(device) for name, values in self.items()})


def collate(pairs):
    given = tokenizer(${given}, padding=True, truncation=True, max_length=${plan.maxLength}, return_tensors="pt")
    return Tokens(given), torch.tensor([label for _, label in pairs])


${network(facts, 'AutoModelForSequenceClassification')}


def forward(tokens):
    return model(**tokens).logits


${trainingOf(facts, ', collate_fn=collate')}
model.save_pretrained("fine_tuned")
tokenizer.save_pretrained("fine_tuned")
`;
}
