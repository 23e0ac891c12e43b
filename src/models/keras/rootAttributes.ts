import type { FileHandle } from 'node:fs/promises';

/** Headers that are longer, or continue more often, are none that Keras writes. */
const mostBytes = 64 * 1024;
const mostBlocks = 16;

/**
 * Names of the attributes of an HDF5 file's root group; none where it is no such file or a damaged one.
 * Source: HDF5 File Format Specification 3.0, sections II.A (superblock) and IV.A (object headers).
 */
export async function rootAttributes(file: FileHandle): Promise<string[]> {
  const at = async (position: number, length: number): Promise<Buffer> => {
    const bytes = Buffer.alloc(Math.min(length, mostBytes));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, position);
    return bytes.subarray(0, bytesRead);
  };
  try {
    const start = await at(0, 96);
    if (start.toString('latin1', 0, 8) !== '\x89HDF\r\n\x1a\n') return [];
    const [version] = start.subarray(8);
    const address = start.readBigUInt64LE(version >= 2 ? 36 : version === 0 ? 64 : 68);
    return await attributes(at, Number(address));
  } catch (error) {
    // An offset beyond the end, or none that a file can have.
    if (error instanceof RangeError) return [];
    throw error;
  }
}

type At = (position: number, length: number) => Promise<Buffer>;

async function attributes(at: At, address: number): Promise<string[]> {
  const head = await at(address, 16);
  // Newer headers pack their messages in other ways: their names stand there all the same.
  if (head.toString('latin1', 0, 4) === 'OHDR')
    return (await at(address, 8192)).toString('latin1').match(/\w+/g) ?? [];
  if (head[0] !== 1) return [];
  const names: string[] = [];
  const blocks = [{ position: address + 16, length: head.readUInt32LE(8) }];
  for (const { position, length } of blocks) {
    const block = await at(position, length);
    for (let i = 0; i + 8 <= block.length; i += 8 + block.readUInt16LE(i + 2)) {
      const message = block.subarray(i + 8, i + 8 + block.readUInt16LE(i + 2));
      const type = block.readUInt16LE(i);
      if (type === 0x0c) names.push(nameOf(message));
      else if (type === 0x10 && blocks.length < mostBlocks)
        blocks.push({
          position: Number(message.readBigUInt64LE(0)),
          length: Number(message.readBigUInt64LE(8)),
        });
    }
  }
  return names;
}

/** An attribute begins with its version and three lengths; its third version has one byte more. */
function nameOf(message: Buffer): string {
  const from = message[0] === 3 ? 9 : 8;
  return message.toString('utf8', from, from + message.readUInt16LE(2)).replace(/\0.*$/s, '');
}
