export type ImageFormat = 'png' | 'jpeg' | 'gif' | 'webp' | 'tiff';

/** Format of an image by its first bytes; null for anything else, which no decoder is let near. */
export function imageFormat(bytes: Uint8Array): ImageFormat | null {
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (text.startsWith('\x89PNG\r\n')) return 'png';
  if (text.startsWith('GIF8')) return 'gif';
  if (text.startsWith('RIFF') && text.endsWith('WEBP')) return 'webp';
  if (/^(II[*+]\0|MM\0[*+])/.test(text)) return 'tiff';
  return null;
}

/** Number of colour components of a JPEG, by its frame header; 0 where none is found. */
export function jpegComponents(bytes: Uint8Array): number {
  for (let at = 2; at + 9 < bytes.length; ) {
    const marker = bytes[at + 1];
    // SOF0 to SOF15, but for DHT, JPG and DAC, which share the range.
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (bytes[at] !== 0xff || marker === 0xff) at++;
    else if (frame) return bytes[at + 9];
    else if (marker === 0xda) break;
    else at += 2 + bytes[at + 2] * 256 + bytes[at + 3];
  }
  return 0;
}
