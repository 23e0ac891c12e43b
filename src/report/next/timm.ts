import type { Framework } from './facts.js';
import { importsOf, packagesOf } from './samples.js';
import { header, quoted } from './script.js';
import { folderImport, imagesOf, settings, trainingOf, transformOf } from './torch.js';

/** Weights that timm loads from the folder they lie in. */
export const timm: Framework = {
  id: 'timm',
  language: 'python',
  fits: ({ model }) => model.architecture?.library === 'timm' && model.plan.kind === 'image',
  write(facts) {
    const { architecture, plan } = facts.model;
    if (!architecture || plan.kind !== 'image') return '';
    const some = facts.intent === 'retrainHead';
    return `${header(facts, `pip install torch torchvision timm${packagesOf(facts)}`)}
${importsOf(facts)}import timm
import torch
from PIL import Image
from torch import nn
${folderImport(facts)}from torchvision.transforms import InterpolationMode, v2

${settings}

${transformOf(plan)}

${imagesOf(facts, plan)}

model = timm.create_model(${quoted(`local-dir:${architecture.from}`)}, pretrained=True, num_classes=outputs).to(device)
${some ? 'trained = model.get_classifier()' : 'trained = model'}
parameters, modes = trained.parameters(), [trained]
forward = model

${trainingOf(facts)}
torch.save(model.state_dict(), "fine_tuned.pt")
`;
  },
};
