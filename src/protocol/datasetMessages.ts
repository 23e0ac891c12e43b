/** What is said of datasets, of tables and of files of arrays: a part of `messages`. */
export const datasetMessages = {
  'dataset.notFound': '{file}: no such file or folder. Check the path.',
  'dataset.unknown':
    '{file}: no dataset is recognised here. Known layouts: {layouts}. An image folder has a sub-folder of images (PNG, JPEG, WebP, GIF or TIFF) for each class, optionally below train/, val/ and test/.',
  'dataset.holdsDatasets':
    '{file}: the folder is not a dataset but holds some ({names}). Choose one of them.',
  'dataset.holdsFolders':
    '{file}: the folders in it look like datasets of their own ({names}). Choose one of them, or take the folders for classes; on the command line by --classes.',
  'dataset.noClassFolders':
    '{file}: the images are not sorted into class folders. Put the images of each class into a sub-folder that is named after it.',
  'dataset.oneClass':
    '{file}: only one class has images ("{class}"). Scores need two classes or more: add another class folder.',
  'dataset.folderUnreadable':
    '{file}: the folder cannot be read ({detail}). Check its permissions.',
  'dataset.sampleUnreadable':
    '{file}: the file cannot be read ({detail}). Check its permissions, or remove it.',
  'dataset.folderSkipped':
    '{file}: the folder cannot be read ({detail}) and was left out. Check its permissions.',
  'dataset.emptyClasses':
    '{file}: {count} classes have no image ({names}). Add images, or remove their folders.',
  'dataset.classesUnused':
    '{file}: {count} of the named classes have no sample ({names}). Add samples, if they belong to the data; the scores say nothing of them.',
  'dataset.filesSkipped':
    '{file}: {count} files in class folders are not PNG, JPEG, WebP, GIF or TIFF images and were left out (for example {example}). Convert them if they belong to the data.',
  'dataset.looseImages':
    '{file}: {count} images lie beside the class folders and were left out. Move them into a class folder if they belong to the data.',
  'dataset.foldersIgnored':
    '{file}: folders that are not a split with class folders were left out ({names}). Check their names if they belong to the data.',

  'dataset.noArray':
    '{file}: there is no array "{array}"; the file has {arrays}. Choose one of them; on the command line by --columns.',
  'dataset.predictionsUnlabelled':
    '{file}: these predictions have no labels of their own. Store an array "labels" with them, or choose the dataset that they were made of.',
  'dataset.noLabelledArrays':
    '{file}: no arrays of samples and labels are recognised among {arrays}. Choose which hold what, or name them "x" and "y"; on the command line choose by --columns image=NAME,label=NAME.',
  'dataset.arrayShape':
    '{file}: the array "{array}" is {shape}, not a batch of images or of rows of numbers. Images are [n, height, width], with 1, 3 or 4 channels first or last.',
  'dataset.sampleTooLarge':
    '{file}: the array "{array}" is {shape}, over 100 million numbers for each sample. Save smaller samples, or copy the file again if it should hold others.',
  'dataset.noIdxLabels':
    '{file}: there is no file of labels beside it (as train-labels-idx1-ubyte beside train-images-idx3-ubyte). Copy it into the same folder.',
  'dataset.noRows': '{file}: there is no sample in it. Choose another dataset.',
  'dataset.pixelRange':
    '{file}: the values of "{array}" run from {low} to {high}, so {black} was taken for black and {white} for white. If that is wrong, choose other values; on the command line by --pixel-range LOW:HIGH.',
  'dataset.notPixels':
    '{file}: the values of "{array}" run from {low} to {high}, as after normalisation, and are no pixels. Save the images as they were before it, or choose the values that are black and white; on the command line by --pixel-range LOW:HIGH.',
  'dataset.turned': '{file}: EMNIST stores its images on their side; they were turned upright.',
  'dataset.recordSize':
    '{file}: its {bytes} bytes are no whole number of records of {record} bytes. Copy or download it again.',
  'dataset.hdf5':
    '{file}: the file is damaged, or no HDF5 file ({detail}). Copy or download it again.',

  'dataset.hdf5Chunk':
    '{file}: "{array}" is stored in chunks of {size} MB, each of which has to be unpacked as a whole. Write it in smaller chunks, of some samples each.',
  'dataset.hdf5Outside':
    '{file}: it wants values from another file ("{data}"), which is not read. Write all of them into one file.',

  'dataset.fileUnreadable': '{file}: the file cannot be read ({detail}). Check its permissions.',
  'dataset.emptyTable': '{file}: the file is empty. Choose another.',
  'dataset.notTable':
    '{file}: no table was found in it: the first line has one column only. Separate columns by commas, semicolons or tabs, and name them in the first line.',
  'dataset.notJsonLines': '{file}: it is not JSON Lines ({detail}). Write one JSON object a line.',
  'dataset.notParquet':
    '{file}: the file is not Parquet, or is damaged ({detail}). Copy or write it again.',
  'dataset.otherColumns':
    '{file}: its columns are not those of {other}, which is a shard of the same table. Move one of them into another folder.',
  'dataset.notUtf8': '{file}: the file is not UTF-8 text. Save it as UTF-8.',
  'dataset.shardsMissing':
    '{file}: {n} files of this dataset are missing, as the names of the others say. Download it again if they belong to the data.',
  'dataset.notTar':
    '{file}: the file is not a tar archive that can be read ({detail}). Copy or download it again.',
  'dataset.tarPacked':
    '{file}: the archive is compressed as a whole, so its samples cannot be read one by one. Unpack it first: gunzip {name}',
  'dataset.noSamples':
    '{file}: no samples were found in the archive. Name the files of a sample alike: 000001.jpg and 000001.cls.',
  'dataset.malformedTable':
    '{file}: the table cannot be read from row {row} on; a quote may be missing there. Correct that row.',
  'dataset.openQuote':
    '{file}: row {row} does not end within 16 MB; a closing quote may be missing. Correct that row.',
  'dataset.noColumn':
    '{file}: there is no column "{column}"; there are {columns}. Correct its name.',
  'dataset.whichLabel':
    '{file}: several columns may be the label ({columns}). Choose one; on the command line by --columns label=NAME.',
  'dataset.noLabelColumn':
    '{file}: no column looks like the label; there are {columns}. Choose one; on the command line by --columns label=NAME.',
  'dataset.noContentColumn':
    '{file}: no column holds paths of images, texts or numbers; there are {columns}. Choose one; on the command line by --columns image=NAME or text=NAME.',
  'dataset.continuous':
    '{file}: the labels in "{column}" are {n} different numbers, more like measurements than classes. On the command line, score them as numbers by --targets {column}, or as classes by --classes.',
  'dataset.labelsDiffer':
    '{file}: "{column}" holds {n} different texts for {of} samples, more like captions or names than classes. Choose another label; on the command line by --columns label=NAME, or take them for classes by --classes.',
  'dataset.features':
    '{file}: {n} columns of numbers are taken for the features of a sample ({columns}). Rename or remove those that are none.',
  'dataset.groups':
    '{file}: samples with the same "{column}" are taken to belong together ({n} groups), so intervals leave out whole groups. If they do not, choose another column by --columns group=NAME.',
  'dataset.noRecords': '{file}: no row can be used. {detail}',
  'dataset.rowsUnlabelled':
    '{file}: {n} rows have no label and were left out. Label them if they belong to the data.',
  'dataset.rowsEmpty':
    '{file}: {n} rows have no image and were left out. Add the images, or remove the rows.',
  'dataset.pathsOutside':
    '{file}: {n} rows name no file below the folder of the table and were left out. Write paths relative to the table.',
  'dataset.splitsUnknown':
    '{file}: {n} rows belong to no split that is known (train, val, test) and were left out. Correct their split.',

  // rows of tables
  'sample.width':
    '{file}: the row has {given} numbers, the model takes {wanted}. Choose a table with the columns that the model was trained on.',
  'sample.missingValue':
    '{file}: a value of the row is missing or no number. Fill it in, or remove the row.',

  // files of arrays
  'arrays.damaged':
    '{file}: the file is damaged, or not what its name says. Save or copy it again.',
  'arrays.truncated':
    '{file}: the array "{array}" is {shape}, and the file ends before its values do, as after an interrupted copy. Save or copy it again.',
  'arrays.noLabel':
    '{file}: row {row} of the array "{array}" is not a number, so it has no label. Leave such rows out of all arrays.',
  'arrays.notOneHot':
    '{file}: row {row} of the array "{array}" is not one-hot: of its {columns} numbers one has to be 1 and the others 0. Save the number or the name of one class for each row.',
  'arrays.objects':
    '{file}: the array "{array}" holds Python objects or records, which are not read. Save it as numbers or texts of one type.',
  'arrays.packing':
    '{file}: the array "{array}" is packed in a way that is not read. Save the file by numpy.savez or numpy.savez_compressed.',
  'arrays.bomb':
    '{file}: the array "{array}" is {shape} and over a hundred times larger than what it is packed in, so it was not unpacked. Save the file by numpy.savez, unpacked.',
  'arrays.group':
    '{file}: a column has {size} MB in one row group, which has to be read as a whole. Write the file with smaller row groups, of 10 000 rows for instance.',
  'arrays.ragged':
    '{file}: the rows of "{array}" are not all of the same length, or not in the number that is stated. Save the same number of values for each sample.',
  'arrays.tooLarge':
    '{file}: the array "{array}" is {shape}, too large for labels or names. Choose another array.',
} as const;
