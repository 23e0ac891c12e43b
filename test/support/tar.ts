/** A tar archive (ustar) of files in their order. */
export function tarOf(files: readonly (readonly [name: string, data: Uint8Array])[]): Buffer {
  const parts: Uint8Array[] = [];
  for (const [name, data] of files)
    parts.push(tarHeader(name, data.length), data, Buffer.alloc(-data.length & 511));
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

/** A header that says what it likes of the size of its file. */
export function tarHeader(name: string, size: number, type = '0'): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 100, 'utf8');
  header.write('0000644\0', 100);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write(type, 156);
  header.write('ustar\x0000', 257, 'latin1');
  header.fill(' ', 148, 156);
  const sum = header.reduce((a, b) => a + b, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
