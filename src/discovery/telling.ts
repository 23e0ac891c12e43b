/** What models, data and the files beside them are called by their endings. */
const endings = new RegExp(
  `\\.(${[
    ...['onnx', 'data', 'ort', 'pb', 'keras', 'tflite', 'h5', 'hdf5', 'safetensors'],
    ...['pt', 'pth', 'ckpt', 'bin', 'npy', 'npz', 'gz', 'parquet', 'arrow', 'feather'],
    ...['csv', 'tsv', 'jsonl', 'ndjson', 'tar', 'json', 'txt'],
    ...['png', 'jpg', 'jpeg', 'webp', 'gif', 'tif', 'tiff'],
  ].join('|')})$`,
  'i',
);

/** Whether the coming or going of a file or folder may change what is found: what has no ending may be a folder. */
export function isTelling(path: string): boolean {
  return endings.test(path) || !/\.\w+$/.test(path);
}
