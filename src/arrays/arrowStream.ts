import type { FileHandle } from 'node:fs/promises';
import { checkMessage, messageParts } from './arrowChecks.js';
import { EndsEarly, FilePart } from './bytes.js';

/** One message of a stream: bytes `start` to `end` - 1 of the file. */
export interface StreamMessage {
  kind: 'schema' | 'dictionary' | 'batch';
  start: number;
  end: number;
  /** Of a batch. */
  rows: number;
}

const kinds = [null, 'schema', 'dictionary', 'batch'] as const;
/** Descriptions are a few KB; one of more columns than this holds is none. */
const mostDescription = 64 << 20;

/** Whether Arrow columns lie in a file with a directory at its end; otherwise they are a stream. */
export async function isArrowFile(file: FileHandle): Promise<boolean> {
  const magic = Buffer.alloc(6);
  await file.read(magic, 0, 6, 0);
  return magic.toString('latin1') === 'ARROW1';
}

/**
 * The messages of a stream, told by their descriptions: four bytes of ones, the length of the description, the description, the body.
 * @throws EndsEarly where the file ends within one, RangeError where a description is damaged
 */
export async function streamMessages(file: FileHandle): Promise<StreamMessage[]> {
  const { size } = await file.stat();
  const all = new FilePart(file, 0, size);
  const messages: StreamMessage[] = [];
  const frame = Buffer.alloc(8);
  for (let start = 0; start + 8 <= size; ) {
    await all.read(frame, start);
    if (frame.readUInt32LE(0) !== 0xffffffff)
      throw new RangeError('no message where one was expected');
    const length = frame.readUInt32LE(4);
    if (length === 0) return messages;
    if (length > mostDescription) throw new RangeError('a description of such a length');
    const description = Buffer.alloc(length);
    await all.read(description, start + 8);
    checkMessage(description);
    const { kind, bodyLength, rows } = messageParts(description);
    const known = kinds[kind];
    const end = start + 8 + length + bodyLength;
    if (!known || bodyLength < 0) throw new RangeError('a message of another kind');
    if (end > size) throw new EndsEarly();
    messages.push({ kind: known, start, end, rows });
    start = end;
  }
  // Whoever was cut off did not write the end.
  return messages;
}
