import { createHash } from 'node:crypto';
import type { SampleContent } from '../protocol/content.js';

/** sha256 of a sample's content, hex: its name in the predictions store. The file that it is in plays no part. */
export function contentHash(content: SampleContent): string {
  const hash = createHash('sha256');
  switch (content.kind) {
    case 'encodedImage':
      return hash.update(content.bytes).digest('hex');
    case 'pixels': {
      const { height, width, channels, data } = content;
      return hash.update(`pixels ${height} ${width} ${channels}\n`).update(data).digest('hex');
    }
    case 'text':
      return hash.update(`text ${JSON.stringify([content.text, content.pair])}`).digest('hex');
    case 'numbers': {
      const { buffer, byteOffset, byteLength } = content.values;
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      return hash.update('numbers\n').update(bytes).digest('hex');
    }
    case 'row':
      return hash.update(`row ${JSON.stringify([content.file, content.id])}`).digest('hex');
  }
}
