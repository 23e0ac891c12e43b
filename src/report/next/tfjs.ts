import type { ImagePreprocessing, Resample } from '../../protocol/preprocessing.js';
import type { Framework, NextFacts } from './facts.js';
import { nodeSamples } from './nodeSamples.js';
import { header, outputsOf, quoted } from './script.js';

/**
 * A model of TensorFlow.js. Layers can be trained, all or a new head alone; a graph cannot: its weights are constants, and so its
 * features are computed once and a head is trained on them, whatever was wanted.
 */
export const tfjs: Framework = {
  id: 'tfjs',
  language: 'javascript',
  fits: ({ model }) =>
    model.format === 'tfjs' && model.plan.kind === 'image' && model.features !== null,
  write(facts) {
    const { path, plan, features } = facts.model;
    if (plan.kind !== 'image') return '';
    const [labels, loss] = facts.dataset.targets
      ? [
          'tf.tensor2d(part.map(({ label }) => label))',
          'tf.losses.meanSquaredError(labels, scores)',
        ]
      : [
          'tf.oneHot(part.map(({ label }) => label), OUTPUTS)',
          'tf.losses.softmaxCrossEntropy(labels, scores)',
        ];
    const needs =
      'npm install @tensorflow/tfjs-node sharp; where that cannot be built, @tensorflow/tfjs, which is far slower';
    return `${header(facts, needs, '//')}${facts.intent === 'fineTune' ? '\n// Of a graph model, whose weights are constants, a new head is trained and the body stays as it is.' : ''}
const { readdirSync, readFileSync, writeFileSync, existsSync } = ${needed('node:fs')};
const { dirname, join } = ${needed('node:path')};
const sharp = ${needed('sharp')};

const MODEL = ${quoted(path)};
const FEATURES = ${quoted(features ?? '')};
const OUTPUTS = ${outputsOf(facts)};
const [EPOCHS, BATCH] = [5, 32];

function load(name) {
  try {
    return require(name);
  } catch {
    return null;
  }
}
// Node 23 took away what @tensorflow/tfjs-node calls.
const util = ${needed('node:util')};
util.isNullOrUndefined ??= value => value === null || value === undefined;
util.isArray ??= Array.isArray;
const tf = load("@tensorflow/tfjs-node") ?? ${needed('@tensorflow/tfjs')};

${preparedOf(plan)}

${nodeSamples(facts)}

/** The model up to its features: as layers, which can be trained; or, of a graph, whose weights are constants, as a function. */
async function bodyOf() {
  const json = JSON.parse(readFileSync(MODEL, "utf8"));
  const shards = json.weightsManifest.flatMap(({ paths }) => paths.map(name => readFileSync(join(dirname(MODEL), name))));
  const weightData = new Uint8Array(Buffer.concat(shards)).buffer;
  const weightSpecs = json.weightsManifest.flatMap(({ weights }) => weights);
  const handler = { load: async () => ({ ...json, weightSpecs, weightData }) };
  if (json.modelTopology.node !== undefined) {
    const graph = await tf.loadGraphModel(handler);
    const mean = found => (found.shape.length === 4 ? tf.mean(found, [1, 2]) : found);
    return { layers: null, features: images => mean(graph.execute(images, FEATURES)) };
  }
  const loaded = await tf.loadLayersModel(handler);
  // Layers in parts, as of Teachable Machine, become one chain.
  const isChain = layer => layer.getClassName() === "Sequential";
  const chainOf = layer => (isChain(layer) ? layer.layers.flatMap(chainOf) : layer.getClassName() === "InputLayer" ? [] : [layer]);
  const inParts = isChain(loaded) && loaded.layers.some(isChain);
  const last = inParts ? chainOf(loaded).reduce((tensor, layer) => layer.apply(tensor), loaded.inputs[0]) : null;
  const whole = inParts ? tf.model({ inputs: loaded.inputs, outputs: last }) : loaded;
  const tensors = whole.layers.flatMap(layer => layer.inboundNodes.flatMap(node => node.outputTensors));
  const found = tensors.findLast(({ name, sourceLayer }) => [name, sourceLayer.name].includes(FEATURES));
  const outputs = found.shape.length === 4 ? tf.layers.globalAveragePooling2d({}).apply(found) : found;
  const layers = tf.model({ inputs: whole.inputs, outputs });
  return { layers, features: images => layers.predict(images) };
}

function batchesOf(rows) {
  return Array.from({ length: Math.ceil(rows.length / BATCH) }, (_, k) => rows.slice(k * BATCH, (k + 1) * BATCH));
}
const imagesOf = async part => tf.stack(await Promise.all(part.map(({ file }) => prepared(file))));
const rowsOf = async part => tf.tensor2d(part.map(({ row }) => row));
const labelsOf = part => ${labels};

async function main() {
  const body = await bodyOf();
  tf.util.shuffle(samples);
  const heldOut = Math.max(1, Math.floor(samples.length / 5));
  const [test, train] = [samples.slice(0, heldOut), samples.slice(heldOut)];
  const whole = ${facts.intent === 'fineTune' ? 'body.layers !== null' : 'false'};
  let model;
  if (whole) {
    const scores = tf.layers.dense({ units: OUTPUTS }).apply(body.layers.outputs[0]);
    model = tf.model({ inputs: body.layers.inputs, outputs: scores });
  } else {
    // Each image goes through the body once.
    for (const part of batchesOf(samples)) {
      const images = await imagesOf(part);
      tf.tidy(() => body.features(images).arraySync()).forEach((row, k) => (part[k].row = row));
      images.dispose();
    }
    const inputShape = [samples[0].row.length];
    model = tf.sequential({ layers: [tf.layers.batchNormalization({ inputShape }), tf.layers.dense({ units: OUTPUTS })] });
  }
  const loss = (labels, scores) => ${loss};
  model.compile({ optimizer: tf.train.adam(whole ? 1e-4 : 1e-2), loss });
  const inputsOf = whole ? imagesOf : rowsOf;
  for (let epoch = 1; epoch <= EPOCHS * (whole ? 1 : 10); epoch++) {
    tf.util.shuffle(train);
    let last = 0;
    for (const part of batchesOf(train)) {
      const [inputs, labels] = [await inputsOf(part), labelsOf(part)];
      last = await model.trainOnBatch(inputs, labels);
      tf.dispose([inputs, labels]);
    }
    let right = 0;
    for (const part of batchesOf(test)) {
      const [inputs, labels] = [await inputsOf(part), labelsOf(part)];
      right += part.length * tf.tidy(() => ${quality(facts)}.dataSync()[0]);
      tf.dispose([inputs, labels]);
    }
    console.log(\`epoch \${epoch}: loss \${last.toFixed(3)}, ${facts.dataset.targets ? 'minus the mean squared error' : 'accuracy'} on the held-out fifth \${(right / heldOut).toFixed(3)}\`);
  }
  await save(model, whole ? "fine_tuned" : "head");
}

/** Writes NAME.json and NAME.bin, which tf.loadLayersModel reads. */
async function save(model, name) {
  const handler = tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
    writeFileSync(\`\${name}.bin\`, Buffer.concat([weightData].flat().map(part => Buffer.from(part))));
    const weightsManifest = [{ paths: [\`\${name}.bin\`], weights: weightSpecs }];
    writeFileSync(\`\${name}.json\`, JSON.stringify({ format: "layers-model", modelTopology, weightsManifest }));
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
  });
  await model.save(handler);
}

main();
`;
  },
};

const needed = (module: string): string => `require(${quoted(module)})`;

/** How good the scores of a batch are, as a tensor of one number. */
function quality({ dataset }: NextFacts): string {
  const scores = 'model.predictOnBatch(inputs)';
  return dataset.targets
    ? `tf.neg(tf.losses.meanSquaredError(labels, ${scores}))`
    : `tf.mean(tf.cast(tf.equal(tf.argMax(${scores}, 1), tf.argMax(labels, 1)), "float32"))`;
}

/** Kernels of sharp for Pillow's; where it has none, the next. */
const kernels: Record<Resample, string> = {
  ...{ nearest: 'nearest', box: 'linear', bilinear: 'linear', hamming: 'linear' },
  ...{ bicubic: 'cubic', lanczos: 'lanczos3' },
};

/** \prepared: from a path to the model's tensor. */
function preparedOf(plan: ImagePreprocessing): string {
  const { resize, crop, rescale, mean, std, channels } = plan;
  const kernel = `kernel: "${kernels[plan.resample]}"`;
  const steps = [
    channels === 1
      ? '.removeAlpha().greyscale()'
      : `.${channels === 4 ? 'ensure' : 'remove'}Alpha()`,
  ];
  if (resize.mode === 'exact')
    steps.push(`.resize(${resize.width}, ${resize.height}, { fit: "fill", ${kernel} })`);
  if (resize.mode === 'shortestEdge')
    steps.push(`.resize(${resize.size}, ${resize.size}, { fit: "outside", ${kernel} })`);
  const values = [`tf.cast(pixels, "float32")`];
  if (rescale !== 1)
    values.push(Math.abs(rescale * 255 - 1) < 1e-9 ? 'tf.div(x, 255)' : `tf.mul(x, ${rescale})`);
  if (plan.channelOrder === 'BGR' && channels === 3) values.push('tf.reverse(x, 2)');
  if (mean && std) values.push(`tf.div(tf.sub(x, [${mean.join(', ')}]), [${std.join(', ')}])`);
  const size = crop
    ? `const [left, top] = [Math.round((info.width - ${crop.width}) / 2), Math.round((info.height - ${crop.height}) / 2)];
  const pixels = tf.slice(tf.tensor3d(new Uint8Array(data), [info.height, info.width, ${channels}], "int32"), [top, left, 0], [${crop.height}, ${crop.width}, ${channels}]);`
    : `const pixels = tf.tensor3d(new Uint8Array(data), [info.height, info.width, ${channels}], "int32");`;
  return `// Images as the model was trained on them, and scored; but sharp's kernels may differ from Pillow's by a level or two of 255.
async function prepared(file) {
  const { data, info } = await sharp(file).toColourspace("${channels === 1 ? 'b-w' : 'srgb'}")${steps.join('')}.raw().toBuffer({ resolveWithObject: true });
  return tf.tidy(() => {
  ${size.replaceAll('\n', '\n  ')}
    let x = ${values[0]};
${values
  .slice(1)
  .map(value => `    x = ${value};\n`)
  .join('')}    return x;
  });
}`;
}
