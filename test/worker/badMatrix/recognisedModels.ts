import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { zipOf } from '../../support/npz.js';
import { put } from '../../support/scratch.js';
import {
  asGif,
  bad,
  changed,
  half,
  patched,
  type Row,
  safetensors,
  same,
  tenGigabytes,
} from './cells.js';

const onlyLooked = 'of its tensors nothing is read: they are for the script that converts it';

/** Zeros that a zip archive says are ten gigabytes of something. */
const bombIn = (member: string) => () =>
  zipOf(member, 8, deflateRawSync(Buffer.alloc(8 << 20)), 0xfffffff0);

/** Formats that are named but not run, by id. */
export const recognisedModels: Record<string, Row> = {
  checkpoint: {
    truncated: [
      bad(
        'a half',
        /^model\.(weightsOnly|torchScript)/,
        changed('checkpoints/resnet18-zip.pth', half),
      ),
      bad(
        'a few bytes',
        /^model\.unknownFormat/,
        changed('checkpoints/net.safetensors', b => b.subarray(0, 9)),
      ),
    ],
    'wrong magic': [
      bad('pth', /^model\.unknownFormat/, changed('checkpoints/resnet18-zip.pth', asGif)),
      bad(
        'safetensors',
        /^model\.unknownFormat/,
        changed('checkpoints/net.safetensors', patched(8, 0x47)),
      ),
    ],
    'wrong type': onlyLooked,
    'wrong shape': onlyLooked,
    'absurd sizes': [
      bad('a header of 2^60 bytes', /^(model|arrays)\.\w+/, folder =>
        put(join(folder, 'net.safetensors'), safetensors({ w: {} }, 2n ** 60n)),
      ),
    ],
    'path elsewhere': [
      bad('a member called as a path', /^model\.weightsOnly/, folder =>
        put(join(folder, 'net.pt'), zipOf('../../data.pkl', 0, Buffer.from('x'), 1)),
      ),
    ],
    bomb: [
      bad('a member of 4 GB', /^model\.weightsOnly/, folder =>
        put(join(folder, 'net.pt'), bombIn('net/data.pkl')()),
      ),
    ],
    '10 GB claimed': [
      bad(
        'zeros',
        /^model\.(weightsOnly|torchScript)/,
        tenGigabytes(changed('checkpoints/script.pt', same)),
      ),
    ],
  },
  keras: {
    truncated: [
      bad('keras', /^model\.keras/, changed('keras/tiny.keras', half)),
      bad(
        'h5',
        /^model\.\w+/,
        changed('keras/legacy.h5', bytes => bytes.subarray(0, 100)),
      ),
    ],
    'wrong magic': [
      bad('keras', /^model\.unknownFormat/, changed('keras/tiny.keras', asGif)),
      bad('h5', /^model\.unknownFormat/, changed('keras/legacy.h5', asGif)),
      bad('tflite', /^model\.unknownFormat/, changed('keras/lite.tflite', patched(4, 0x47))),
    ],
    'wrong type': onlyLooked,
    'wrong shape': onlyLooked,
    'absurd sizes': [
      bad(
        'a root of 2^40 bytes',
        /^model\.\w+/,
        changed('keras/legacy.h5', patched(64, 0xff, 0xff, 0xff, 0xff, 0xff)),
      ),
    ],
    'path elsewhere': [
      bad('a member called as a path', /^model\.keras/, folder =>
        put(join(folder, 'net.keras'), zipOf('../../config.json', 0, Buffer.from('{}'), 2)),
      ),
    ],
    bomb: [
      bad('a member of 4 GB', /^model\.keras/, folder =>
        put(join(folder, 'net.keras'), bombIn('model.weights.h5')()),
      ),
    ],
    '10 GB claimed': [
      bad('zeros', /^model\.keras/, tenGigabytes(changed('keras/tiny.keras', same))),
    ],
  },
};
