import type { Architecture } from '../../src/protocol/inference.js';
import type {
  ImagePreprocessing,
  NumbersPreprocessing,
  TextPreprocessing,
} from '../../src/protocol/preprocessing.js';
import { type NextFacts, nextStep } from '../../src/report/next/index.js';

export const plan: ImagePreprocessing = {
  kind: 'image',
  ...{ channels: 3, height: 32, width: 32, resample: 'bicubic', layout: 'NCHW' },
  resize: { mode: 'shortestEdge', size: 36 },
  crop: { height: 32, width: 32, rounding: 'halfEven' },
  ...{ rescale: 1 / 255, mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.2], channelOrder: 'RGB' },
};
export const texts: TextPreprocessing = {
  kind: 'text',
  ...{ tokenizer: 'tokenizer.json', tokenizerHash: '', maxLength: 64, padToMax: false },
  ...{ padId: 0, padTypeId: 0, paddingSide: 'right', truncationSide: 'right' },
  ...{ tensors: ['mask', 'types'], type: 'int64' },
};

export const rowsOfNumbers: NumbersPreprocessing = { kind: 'numbers', width: 3 };

export const intents = ['fineTune', 'retrainHead'] as const;

/** What a script is written from: a model, and a dataset of three digits, but for what is given. */
export function facts(more: Partial<NextFacts['model']>, data: Partial<NextFacts['dataset']> = {}) {
  return (intent: NextFacts['intent']): NextFacts => ({
    intent,
    model: {
      ...{ path: '/models/a "b"\\c.onnx', name: 'a', format: 'onnx', plan, architecture: null },
      ...{ features: 'features', dimension: 8 },
      ...more,
    },
    dataset: {
      ...{
        path: '/data/digits',
        name: 'digits',
        layout: 'imageFolder',
        targets: null,
        reading: null,
      },
      classes: ['0', '1', '2'],
      ...data,
    },
  });
}

/** A network whose weights a library loads. */
export const architecture = (library: Architecture['library'], from = '/models/x', name = 'A') => ({
  architecture: { library, name, from },
});

export const script = (given: NextFacts): string => nextStep('a', given)?.script ?? '';
