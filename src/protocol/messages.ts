import { datasetMessages } from './datasetMessages.js';

/**
 * Every text that is made outside the editor, in English: code -> template.
 * A template names the file first, then what is wrong, then the cure; it is also the key of its translation
 * in `l10n/bundle.l10n.*.json`. Codes are part of the command line's JSON: never change one, only add.
 */
export const messages = {
  internal: 'Unexpected problem: {detail}. The log has the details.',

  // models
  'model.empty': '{file}: the file is empty. Copy or export the model again.',
  'model.unreadable': '{file}: the file cannot be read ({detail}). Check its permissions.',
  'model.notFound': '{file}: no such file. Check the path.',
  'model.unknownFormat': '{file}: not a model of a known format ({formats}). Choose another file.',
  'model.notOnnx':
    '{file}: the file is not an ONNX model, or is damaged. Copy or export the model again.',
  'model.weightsOnly':
    '{file}: the file holds only the weights of a PyTorch network, so it cannot be run. Export the network to ONNX, or save its predictions, by the script that comes with this message.',
  'model.keras':
    '{file}: Keras models are not run as they are. Export this one to a SavedModel, ONNX or TensorFlow.js, by the script that comes with this message.',
  'model.kerasWeights':
    '{file}: the file holds only the weights of a Keras network, so it cannot be run. Load them into the network and export it to a SavedModel, ONNX or TensorFlow.js, by the script that comes with this message.',
  'model.tfLite':
    '{file}: TensorFlow Lite models are not run as they are. Convert this one to ONNX, by the script that comes with this message.',
  'model.torchScript':
    '{file}: TorchScript is not run here. Export the network to ONNX, or save its predictions, by the script that comes with this message.',
  'models.leftOut':
    '{n} models were left out, because they cannot be run as they are ({names}). Score one of them by its own path to see what to do.',
  'models.otherContent':
    'Models that take {wanted} were passed over, because this dataset holds {given} ({n}: {names}). To score them choose another dataset.',
  'models.precisions':
    '{file}: of several precisions of this export this one was scored, and the others were passed over ({names}). Score another one by its own path.',
  'model.lfsPointer':
    '{file}: the file is a Git LFS pointer, not the model itself. Run "git lfs pull" in its repository.',
  'model.truncated':
    '{file}: the file ends too early, as after an interrupted copy or download. Copy or download it again.',
  'model.externalMissing':
    '{file}: the file "{data}" with its weights is missing. Copy it into the same folder.',
  'model.externalTruncated':
    '{file}: the file "{data}" with its weights ends too early. Copy or download it again.',
  'model.externalOutside':
    '{file}: it wants its weights from "{data}", outside its folder, which is not read. Export it with the weights beside it.',
  'model.load':
    '{file}: ONNX Runtime cannot load the model ({detail}). Export it again, with an opset and operators that this runtime knows.',
  'model.operator':
    '{file}: ONNX Runtime has no operator "{op}" in the version that the model asks for. Export it again with standard operators and an opset that this runtime knows.',
  'model.noInput':
    '{file}: there is no input "{input}"; the model has {inputs}. Correct "input" in {sidecar}.',
  'model.manyInputs':
    '{file}: the model wants {count} inputs ({inputs}), and images can feed only one. Export it with one image input, the others made constants.',
  'model.inputType':
    '{file}: input "{input}" is {type}, which images cannot feed. Export the model with a float32, float16 or uint8 image input.',
  'model.inputShape':
    '{file}: input "{input}" is {shape}, not a batch of images. Export the model with an input of four dimensions (images, channels, height, width), or of two for rows of numbers, of which a Reshape inside can make sequences.',
  'model.idsInput':
    '{file}: input "{input}" is {shape}, whole numbers such as the token ids of a text. Convert the model to ONNX (python -m tf2onnx.convert) with its tokenizer.json beside it, or give it a float32 input for rows of numbers.',
  'model.inputMismatch':
    '{file}: input "{input}" wants {wanted}, the images come as {given}. Correct the size or "layout" in {sidecar}.',
  'model.noOutput':
    '{file}: there is no output "{output}"; the model has {outputs}. Correct "output" in {sidecar}.',
  'model.outputShape':
    '{file}: output "{output}" is {shape}, not a score per class for each image. Set "output" in {sidecar} to the output that is; of an encoder set "features" to the tensor to take, or export the model as a classifier.',
  'model.zipMap':
    '{file}: output "{output}" is a list of maps, as ZipMap makes it, and no tensor. Export the model again without it, with skl2onnx by to_onnx(model, X, options=dict(zipmap=False)).',
  'model.outputChosen':
    '{file}: output "{output}" was taken of {outputs}. Set "output" in {sidecar} to take another.',
  'model.noTensor':
    '{file}: there is no tensor "{tensor}" to take features from. Correct "features" in {sidecar}.',
  'model.noFeatures':
    '{file}: no penultimate features were found, so measures of features are left out. Set "features" in {sidecar} to the name of their tensor.',
  'model.featuresShape':
    '{file}: the features "{tensor}" are {shape}, not a vector for each image. Set "features" in {sidecar} to another tensor, or to null for none.',
  'model.featuresFailed':
    '{file}: penultimate features could not be read from the model ({detail}), so measures of features are left out. Set "features" in {sidecar} to the name of another tensor.',
  'model.run': '{file}: the model failed on a batch of images ({detail}). Export it again.',
  'model.notTfjs':
    '{file}: the file is not a TensorFlow.js model, or is damaged ({detail}). Copy or export the model again.',
  'model.notSavedModel':
    '{file}: the file is not a TensorFlow SavedModel that can be read, or is damaged ({detail}). Export the model again, or convert it to ONNX (python -m tf2onnx.convert).',
  'model.noSignature':
    '{file}: the SavedModel has no signature that serves, so its input and output are not known. Export it with one (Keras: model.export).',
  'model.tfLoad':
    '{file}: TensorFlow.js cannot load the model ({detail}). Export it again, or convert it to ONNX (python -m tf2onnx.convert).',
  'model.unsupportedOp':
    '{file}: operator "{op}" cannot be run here. Convert the model to ONNX ({command}), or install @tensorflow/tfjs-node and name its folder in the setting transferlens.tfjsNode.',
  'model.loop':
    '{file}: the model has a loop (with operators such as "{op}") that cannot be run here ({detail}). Convert the model to ONNX ({command}), or install @tensorflow/tfjs-node and name its folder in the setting transferlens.tfjsNode.',
  'runtime.tfMissing':
    '{file}: TensorFlow.js cannot be started on this machine ({detail}). Install TransferLens again.',
  'runtime.missing':
    '{file}: ONNX Runtime cannot be loaded on this machine ({detail}). Install the build of TransferLens for this platform; on Windows, also the Microsoft Visual C++ runtime.',
  'runtime.imagesMissing':
    '{file}: the library that decodes images cannot be loaded on this machine ({detail}). Install the build of TransferLens for this platform.',

  ...datasetMessages,

  // metadata beside a model
  'metadata.unreadable':
    '{file}: the file cannot be read ({detail}). Check its permissions, or remove it.',
  'metadata.notJson': '{file}: the file is not valid JSON ({detail}). Correct or remove it.',
  'metadata.notObject': '{file}: the file does not hold a JSON object. Correct or remove it.',
  'metadata.value': '{file}: "{key}" is {value}. Write {expected}, or remove the key.',
  'metadata.timmSizing':
    '{file}: "{key}" is {value}, and such images are not made here. Say in {sidecar} how to make them ("size", and "crop_size" or "do_center_crop"), and it is left aside.',
  'metadata.unknownKey':
    '{file}: there is no key "{key}". Correct it or remove it; the keys are {keys}.',
  'metadata.classIds':
    '{file}: "{key}" names classes {ids}, which are not 0 to {last}. Number them from 0 without gaps, or remove the key.',

  // preprocessing
  'preprocess.assumed':
    '{file}: no file beside the model says how images were preprocessed in its training, so the usual way is assumed. If it is another, say so in {sidecar}.',
  'preprocess.assumedSize':
    '{file}: the model takes images of any size and no file beside it says which, so {height} x {width} is assumed. Set "size" in {sidecar} if it is another.',
  'preprocess.unknownProcessor':
    '{file}: image processor "{type}" is not one that is known; its keys are read as they stand. If the preprocessing that is shown is wrong, correct it in {sidecar}.',
  'preprocess.channels':
    '{file}: the model wants images of {channels} channels, and only 1, 3 and 4 can be made. Set "layout" in {sidecar} if the channels lie on another axis, or choose another model.',
  'preprocess.size':
    '{file}: {key} makes images of {given}, and the model {model} wants {wanted}. Correct "size" or "crop_size" in {sidecar}.',
  'preprocess.noFixedSize':
    '{file}: {key} leaves images of different sizes, which cannot be put into one batch. Set "crop_size" in {sidecar}.',
  'preprocess.channelCount':
    '{file}: "{key}" has {given} values, and the model {model} wants images of {channels} channels. Correct "{key}" in {sidecar}.',
  'preprocess.meanAndStd':
    '{file}: images are to be normalised, and "{key}" is missing. Set it in {sidecar}, or set "do_normalize" to false.',
  'preprocess.noWidth':
    '{file}: input "{input}" takes rows of any number of values, so columns of a table cannot be held against it. Export the model with a fixed width.',
  'preprocess.integerInput':
    '{file}: "{key}" gives fractions, and the model {model} takes whole pixel values 0 to 255. Set "do_rescale" and "do_normalize" to false in {sidecar}.',

  // images
  'image.empty': '{file}: the file is empty. Replace or remove it.',
  'image.unknownFormat':
    '{file}: the file is not a PNG, JPEG, WebP, GIF or TIFF image. Convert, replace or remove it.',
  'image.undecodable':
    '{file}: the image is damaged or incomplete ({detail}). Replace or remove it.',
  'image.tooLarge':
    '{file}: the image has more than {pixels} million pixels, or a side over {side}. Shrink or remove it.',
  'image.fileTooLarge':
    '{file}: the file has {size} MB, more than a single image has. Replace or remove it.',
  'image.wrongSize':
    '{file}: the image is {given}, the model wants {wanted}, and its preprocessing does not resize. Set "do_resize" to true in transferlens.json, or resize the images.',
  'image.extremeShape':
    '{file}: the image is {given}, so its centre crop shows {percent} % of it to the model. Remove it, or set "size" to a height and a width in transferlens.json to use all of it.',

  // texts
  'tokenizer.missing':
    '{file}: the model takes token ids, and there is no tokenizer.json beside it. Copy it from where the model came from.',
  'tokenizer.unreadable':
    '{file}: the tokenizer cannot be read ({detail}). Copy it again from where the model came from.',
  'sample.untokenized':
    '{file}: the text cannot be made into tokens ({detail}). Check the tokenizer beside the model.',

  // predictions that were made elsewhere
  'predictions.none':
    '{file}: none of its arrays ({arrays}) is known to hold predictions. Name them "probs" or "logits" and "features", or set "output" and "features" in a sidecar.',
  'predictions.noArray':
    '{file}: there is no array "{array}"; the file has {arrays}. Correct its name in {sidecar}.',
  'predictions.shape':
    '{file}: the array "{array}" is {shape}, not a row of numbers for each sample. Save it with two axes, samples and values, or choose another array in {sidecar}.',
  'predictions.noProbability':
    '{file}: the array "{array}" holds {value}, which is no probability. Save shares of 1, or name the array "logits".',
  'predictions.rows':
    '{file}: the array "{array}" has {rows} rows, and "{other}" has {count}. Save both of the same samples.',
  'predictions.rowCount':
    '{file}: it has {rows} rows and the dataset {samples} samples, so they cannot belong together by their order. Store an array "ids" with the file name of each sample, or choose the dataset that it was made of.',
  'predictions.sameId': '{file}: two rows have the id "{id}". Give each sample an id of its own.',
  'predictions.ambiguous':
    '{file}: its ids do not tell samples "{a}" and "{b}" apart. Store their whole paths below the dataset as ids.',
  'predictions.noId':
    '{file}: there is no row for sample "{id}" (its ids look like "{example}"). Choose the dataset that it was made of, or store its file names as ids.',
  'predictions.labels':
    '{file}: {n} of {of} rows have another label than the dataset (sample "{id}": "{given}", not "{label}"), so rows and samples do not belong together. Store an array "ids", or choose the dataset that it was made of.',

  // discovery
  'folder.skipped':
    '{file}: the folder cannot be read ({detail}) and was not searched. Check its permissions.',

  // predictions store
  'store.full':
    '{file}: the disk is full. Free some space or choose another cache folder, then retry; what was computed is kept.',
  'store.unwritable':
    '{file}: the cache folder cannot be written ({detail}). Check its permissions or choose another cache folder.',
  'store.takenOver':
    '{file}: another process took over these predictions, because this one had not written for a long time. Retry; what was computed is kept.',

  // pipeline
  'process.died':
    '{file}: the process that ran this model ended unexpectedly ({detail}). Retry resumes where it was.',
  'process.notStarted':
    '{file}: the process that runs models could not be started ({detail}). Check the setting transferlens.nodePath, or reinstall.',
  'model.noPredictions':
    '{file}: the model gave no prediction for any sample. Check the dataset, then retry. The first failure: {detail}',
  'model.nonFinite':
    '{file}: the output is not a finite number for {bad} of {n} images. Check the export and the preprocessing ("image_mean", "image_std" and "rescale_factor" in transferlens.json).',
  'model.oneOutput':
    '{file}: the output is a single column and no sigmoid of two classes, so there are no source classes to compare. Choose another tensor by "output" in transferlens.json.',
  'model.sigmoids':
    '{file}: the outputs look like independent sigmoids; each row was divided by its sum. If they are something else, set "outputKind" in transferlens.json.',
  'model.labelCount':
    '{file}: {labels} class names for {classes} outputs; the names are left out. Correct id2label in config.json or the labels file.',
  'sample.changed':
    '{file}: the file changed while the run was on. Run again to score it as it is now.',
  'model.otherContent':
    '{file}: the model takes {wanted}, and this dataset holds {given}. Choose another dataset, or other models.',
  'content.image': 'images',
  'content.text': 'texts',
  'content.numbers': 'rows of numbers',
  'content.row': 'rows of which only names are known',
  'dataset.noSplit':
    '{file}: there is no split "{split}" (found: {found}). Choose one that exists, or "all".',
  'dataset.rowsOutside': '{file}: rows {rows} lie outside its {n} rows. Choose a smaller range.',
  'dataset.oneClassLeft':
    '{file}: the chosen samples (split {split}) all have the same label. Scores need two classes or more: choose another split or more rows.',
  'dataset.noneReadable': '{file}: none of its samples can be read. {detail}',
  'dataset.constantNumbers':
    '{file}: the numbers of {names} are the same for all samples, so there is nothing to predict. Choose another column.',
  'dataset.oneClassReadable':
    '{file}: the samples that can be read all have the same label. Scores need two classes or more: repair the others. {detail}',
  'model.oneClassLeft':
    '{file}: without the {n} samples that this model cannot use, fewer than two classes are left. Check its preprocessing and its outputs. {detail}',
  'run.dropped':
    '{n} of {of} samples were left out for all models, because they could not be read or some model has no finite output for them.',
  'run.moreSamples': '{n} more samples have a problem of the same kinds.',
  'run.sameForAll':
    'The outputs of {models} are the same for all samples, or nearly so, and scores that are computed from them find nothing. Check the preprocessing, and that the export holds the trained weights.',
  'run.rareClasses':
    '{n} classes have fewer than {few} samples ({classes}): scores say little about them. Label more of them if they matter.',
  'run.conflictingLabels':
    '{n} samples occur under more than one label with the same content (for example {example} and {other}). Keep one copy of each.',
  'run.copiesElsewhere':
    '{n} of {of} samples that were looked at in other splits are copies of samples in the scored split "{split}" (for example {example}). Remove them from one of the two before a model is trained on one and tested on the other.',
  'run.copiesInSplits':
    '{n} samples have a copy in another split (for example {example}). Remove them from one of the two before a model is trained on one and tested on the other.',
  'run.fewGroups':
    'The samples belong to {n} groups only, so intervals are rough. Add groups (patients, videos, scenes) rather than samples if you can.',
  'run.classCounts':
    'Source label sets differ in size ({least} to {most} classes): raw LEEP and NCE favour the larger ones on few samples. Compare by the leave-one-out score.',
  'run.fewSamples':
    '{n} samples are few for the number of source classes of {models}: raw LEEP and NCE are too optimistic there. Trust the leave-one-out score, or score more samples.',

  'run.calibration':
    'The probabilities of {models} are off: what they take an image for says more of its label than how sure they are. LEEP counts that against them; look at NCE too.',
  'run.sizeOnly':
    'The {n} models are ranked exactly as their sizes are, so this score adds nothing to choosing the largest. Look at the other measures.',
  'run.families':
    'The models are of several families ({families}), and scores order those of one family more reliably. Compare within each, and train the best of each before you choose.',
  'run.selfSupervised':
    'By their names, {models} were trained without class labels and others with them, and scores compare such models badly. Compare within each kind, and train the best of each before you choose.',
  'run.farFromSource':
    'The source classes of the best model explain only {percent} % of the entropy of the labels: this data is far from what the models were trained on, where scores are less reliable. Take the ranking as a screening: look at the scores of features too, and train the first two or three.',
  'run.twoClasses':
    'With two classes, scores lie close together and flatter most models. Go by the intervals, and judge the trained models by AUROC besides accuracy.',
  'run.trainingVaries':
    'The first {n} cannot be told apart here, and trainings of one model with several seeds differ too. To decide between them train the likeliest with three seeds each and compare the means.',
  'run.measuresDiffer':
    '{n} of {of} measures put a model first ({models}) that is not among the leaders, so a little more data or another training may turn the ranking round. Train these besides the leader.',
  'run.imbalance':
    'The largest class has {ratio} times the images of the smallest, and scores are mostly about it. Compute the class-balanced LEEP (leepBalanced) if all classes matter alike.',
  'run.testSplit':
    'The test split was scored, so a model that is chosen by it has seen it. Choose by the training split; where there is none, judge the chosen model on other data.',
  'run.pooled':
    '{measures}: these scores compare the models of this list with each other, and change when others are added.',
  'runs.otherData':
    'The two runs scored different data, and scores do not compare across datasets: each has a floor of its own. Compare the places, not the values.',
  'run.familiesDisagree':
    'The measures disagree: {measure}, which tells more of a head that is re-trained or of features, puts {model} first. Which one to trust depends on what you do next (setting "transferlens.intent").',

  // why a model scores as it does
  'fits.gone':
    '{model}: its predictions are no longer in the cache. Run again to see its images; what is in the cache is not computed again.',
  'fits.noOutputs':
    '{model} gives features only, so nothing says which class an image is taken for.',
  'fits.notSaved':
    'This file holds classes and images of the first {n} models of the ranking, and not of this one.',
  'fits.numbers': 'The labels of this dataset are numbers, so there are no classes to look at.',

  // measures
  'measure.unknown': '{id}: there is no such measure. Choose from {known}.',
  'measure.needsClasses':
    'The labels of this dataset are numbers, and this score compares classes. Look at LogME and the ridge probe.',
  'measure.optimistic':
    '{n} samples are few for {classes} source classes in use: this score flatters the model. Trust the leave-one-out score.',
  'measure.notFinite':
    'The score on these samples is {value}, not a finite number, so the model is not ranked by it. Check its outputs, or score more samples.',
  'measure.noInterval':
    'There is no interval, because the score is not a finite number without some of the samples. Score more samples.',
  'measure.noOutputs':
    'The model gives features alone, and this score is computed from its class outputs. Look at scores of features.',
  'measure.noFeatures':
    'The model gives no features, which this score is computed from. Name their tensor by "features" in transferlens.json.',
  'measure.nothingFound':
    'In the features of these {n} samples nothing tells the classes apart, so this score lies at the end of its range and its interval says little. Score more samples, or choose another model.',
  'measure.notTold': 'Nothing that comes with the model tells this.',
  'measure.singleImages':
    'Some class has fewer than {least} samples, too few for this score. Add samples of it, or leave the class out.',
  'measure.oneDirection':
    'The features of these samples differ in fewer than two directions, too few to correlate. Check the tensor that "features" names.',
  'measure.separable':
    '{n} samples in {classes} classes are few for {dimension} features: a linear classifier fits them all, and this score is near its largest value whatever the model. Trust a leave-one-out score, or score more samples.',
  'measure.fewForClusters':
    '{n} samples are few for {classes} classes: clusters of them need {each} a class. Add samples, or trust a leave-one-out score.',
  'measure.oneClass':
    'All samples are of one class, so every model scores the same. Add samples of another class.',
  'measure.exactFit':
    'The features reproduce the labels of these {n} samples exactly, so the evidence has no maximum and the score is where rounding ends it. Remove duplicate samples, or score more.',
  'measure.saturated':
    '{n} samples are no more than the {dimension} features that vary: this score is then the number of classes less one, whatever the model. Use the shrunk H-score, or score more samples.',
  'measure.fewForFeatures':
    '{n} samples are few for {dimension} features: this score flatters the model. Use the shrunk H-score, or score more samples.',
  'measure.constantFeatures':
    'The model gives the same features for all samples, so there is no score. Check its features and preprocessing.',

  // the ranking in words
  'verdict.first':
    '{model} scores highest on {n} samples. This score has no comparison with shuffled labels, so no winner is named.',
  'verdict.noInterval':
    '{model} is first. This score has no interval, so how sure that is cannot be said.',
  'verdict.leads': '{model} leads on {n} samples.',
  'verdict.next': '{model} comes next (P(best) of the leader: {p}).',
  'verdict.tied': '{models} cannot be told apart on {n} samples.',
  'verdict.probable':
    '{model} is very likely the best on {n} samples, though not significantly ahead of {others}.',
  'verdict.probableWhy':
    'P(best) is {p}; a winner is named only where its lead over all others at once is significant (5 % level).',
  'verdict.likeliest': '{model} is the likeliest to be the best (P(best) {p}).',
  'verdict.scoreMore':
    'Scoring about {n} of the {all} samples would probably tell whether {model} is the best, if the differences are what they seem.',
  'verdict.labelMore':
    'About {n} more labelled samples would probably tell whether {model} is the best, if the differences are what they seem.',
  'verdict.noSignal':
    'No model scores above what shuffled labels give on {n} samples: none of them is worth choosing by this score.',
  'verdict.oneSignal': '{model} scores above what shuffled labels give on {n} samples.',
  'verdict.oneNoSignal': 'The model does not score above what shuffled labels give on {n} samples.',
  'verdict.allFailed': 'No model could be scored; each row says why.',
  'verdict.noneRanked': 'No model has the headline score; see the reasons under the table.',

  // command line
  'cli.noNext':
    'There is no script for the first of the ranking: nothing is worth training, or none is known for its format and its kind of samples.',
  'cli.outUnwritable':
    '{file}: the result cannot be written ({detail}). Name a file in a folder that can be written by --out.',

  // editor
  'worker.died':
    'The background process ended unexpectedly ({detail}). Run again continues where it was.',
  'worker.notStarted':
    '{file}: the background process cannot be started with this Node ({detail}). Correct or clear the setting "transferlens.nodePath".',
  'report.unreadable':
    '{file}: this is not a report of TransferLens, or one of a newer version. Reopen it as text to look at it.',
  'workspace.untrusted':
    'This workspace is not trusted, so nothing in it is run. Trust the workspace to score its models.',
} as const;

export type MessageCode = keyof typeof messages;
