import { createReadStream } from 'node:fs';

/** A place in a text as editors count: lines and UTF-16 units from 0. */
interface Position {
  line: number;
  character: number;
}

/** Where bytes of a file of text stand in it: they begin a line, and line ends after them do not count. @param bytes half-open */
export async function linesOf(
  file: string,
  [from, to]: readonly [number, number],
): Promise<{ start: Position; end: Position }> {
  let line = 0;
  for await (const piece of bytesOf(file, 0, from))
    for (let at = piece.indexOf('\n'); at >= 0; at = piece.indexOf('\n', at + 1)) line++;
  const pieces: Buffer[] = [];
  for await (const piece of bytesOf(file, from, to)) pieces.push(piece);
  const lines = Buffer.concat(pieces)
    .toString('utf8')
    .replace(/[\r\n]+$/, '')
    .split(/\r?\n/);
  const last = lines.at(-1) ?? '';
  return {
    start: { line, character: 0 },
    end: { line: line + lines.length - 1, character: last.length },
  };
}

function bytesOf(file: string, from: number, to: number): AsyncIterable<Buffer> | Buffer[] {
  return to > from ? createReadStream(file, { start: from, end: to - 1 }) : [];
}
