import assert from 'node:assert/strict';
import { familyOf, isSelfSupervised } from '../../../src/ranking/family.js';

describe('the family of a network', () => {
  const names: [string, string | null][] = [
    ['resnet18-imagenet', 'ResNet'],
    ['resnext50_32x4d', 'ResNet'],
    ['wide_resnet50_2', 'ResNet'],
    ['legacy_seresnet18.in1k', 'SENet'],
    ['se-resnext101', 'SENet'],
    ['densenet121', 'DenseNet'],
    ['mobilenet_v1_0.25', 'MobileNet'],
    ['MobileNetV3Small', 'MobileNet'],
    ['tf_efficientnet_b0', 'EfficientNet'],
    ['mnasnet1_0', 'NASNet'],
    ['googlenet', 'Inception'],
    ['Xception', 'Inception'],
    ['darknet53', 'DarkNet'],
    ['lenet-mnist', 'LeNet'],
    ['doodlenet-tfjs', null],
    ['ViTForImageClassification', 'ViT'],
    ['deit_tiny_patch16_224', 'ViT'],
    ['activity-classifier', null],
    ['swin_t', 'Swin'],
    ['DistilBertForSequenceClassification', 'BERT'],
    ['roberta-base', 'BERT'],
    ['model', null],
    ['', null],
  ];
  for (const [name, family] of names)
    it(`of "${name}" is ${family ?? 'not known'}`, () => assert.equal(familyOf(name), family));
});

describe('training without class labels', () => {
  for (const name of ['vit_small_patch14_dinov2', 'resnet50-simclr', 'mocov2', 'vit_base.mae'])
    it(`is told by "${name}"`, () => assert.equal(isSelfSupervised(name), true));
  for (const name of ['resnet50', 'clipped-relu-net', 'maestro'])
    it(`is not told by "${name}"`, () => assert.equal(isSelfSupervised(name), false));
});
