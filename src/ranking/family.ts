/** Families of networks by what their files and folders are commonly called; the first that fits, so the special before the general. */
const families: readonly (readonly [family: string, called: RegExp])[] = [
  ['SENet', /\bsenet|\bse ?resne[xs]?t/],
  ['ResNet', /resne[xs]?t/],
  ['MobileNet', /mobilenet/],
  ['EfficientNet', /efficientnet/],
  ['DenseNet', /densenet/],
  ['DarkNet', /darknet/],
  ['ConvNeXt', /convnext/],
  ['Inception', /inception|googlenet|xception/],
  ['NASNet', /nasnet/],
  ['RegNet', /regnet/],
  ['ShuffleNet', /shufflenet/],
  ['SqueezeNet', /squeezenet/],
  ['AlexNet', /alexnet/],
  ['LeNet', /\blenet/],
  ['VGG', /vgg/],
  ['Swin', /\bswin/],
  ['ViT', /\b(vit|deit|beit|dino|eva\d)/],
  ['BERT', /bert|electra|\bmpnet|minilm/],
  ['T5', /\bt5/],
  ['GPT', /\bgpt/],
];

/** Ways of training without class labels, as they stand in names. */
const withoutLabels =
  /\b(dino|mae\b|moco|simclr|byol|swav|barlow|vicreg|i?jepa|clip\b|siglip|beit|data2vec|simmim|ibot|msn\b)/;

/** The family that a network is of, by its name; null where the name tells none. */
export function familyOf(name: string): string | null {
  return families.find(([, called]) => called.test(words(name)))?.[0] ?? null;
}

/** Whether a name tells that the network was trained without class labels. */
export function isSelfSupervised(name: string): boolean {
  return withoutLabels.test(words(name));
}

/** The name in lower case, with a space for whatever parts its words. */
function words(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, ' ');
}
