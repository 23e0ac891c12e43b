import type { Next } from '../schema.js';
import type { Framework, NextFacts } from './facts.js';
import { keras } from './keras.js';
import { onnx, ort } from './onnx.js';
import { savedModel } from './savedModel.js';
import { tfjs } from './tfjs.js';
import { timm } from './timm.js';
import { torchvision } from './torchvision.js';
import { transformers } from './transformers.js';

export type { NextFacts } from './facts.js';

/** Frameworks by what is known of a model, the most particular first. */
const frameworks: readonly Framework[] = [
  timm,
  transformers,
  torchvision,
  keras,
  savedModel,
  tfjs,
  onnx,
  ort,
];

/** A script that does with a model what the user wants to do next; null where none is known for its kind. */
export function nextStep(id: string, facts: NextFacts): Next | null {
  const framework = frameworks.find(f => f.fits(facts));
  if (!framework) return null;
  const { language, headOnly } = framework;
  const intent = headOnly ? 'retrainHead' : facts.intent;
  return {
    model: id,
    intent,
    framework: framework.id,
    language,
    script: framework.write({ ...facts, intent }),
  };
}
