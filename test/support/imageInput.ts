import assert from 'node:assert/strict';
import type { Model } from '../../src/models/model.js';
import type { ImageInput } from '../../src/protocol/modelInput.js';

/** The input of a model that takes images. */
export function imageInput({ input }: Pick<Model, 'input'>): ImageInput {
  assert.equal(input.kind, 'image');
  return input as ImageInput;
}
