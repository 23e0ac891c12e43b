/**
 * Unpacks an LZ4 frame, as Arrow files have them: blocks that may refer to what came before them, packed or not.
 * Checksums are not looked at. Throws `RangeError` where it is damaged.
 * @param limit what comes out must not be longer
 */
export function unpackLz4(input: Uint8Array, limit: number): Uint8Array {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  if (view.getUint32(0, true) !== 0x184d2204) throw new RangeError('no LZ4 frame');
  const flags = input[4];
  const hasSize = (flags & 8) !== 0;
  // 64 kB, 256 kB, 1 MB or 4 MB.
  const mostBlock = 1 << (8 + 2 * ((input[5] >> 4) & 7));
  const hasBlockSums = (flags & 16) !== 0;
  const stated = hasSize ? Number(view.getBigUint64(6, true)) : 0;
  if (stated > limit) throw new RangeError('longer than it may be');
  let at = 7 + (hasSize ? 8 : 0) + ((flags & 1) !== 0 ? 4 : 0);
  // Not every writer states the length of the whole.
  let output = new Uint8Array(stated || 2 * input.length);
  let done = 0;
  for (;;) {
    const head = view.getUint32(at, true);
    at += 4;
    if (head === 0) return done === output.length ? output : output.slice(0, done);
    const size = head & 0x7fffffff;
    const block = input.subarray(at, at + size);
    if (block.length < size) throw new RangeError('the block ends early');
    if (output.length < done + mostBlock && !hasSize) {
      if (done + mostBlock > limit) throw new RangeError('longer than it may be');
      const larger = new Uint8Array(Math.max(2 * output.length, done + mostBlock));
      larger.set(output.subarray(0, done));
      output = larger;
    }
    if (head >>> 31) {
      output.set(block, done);
      done += size;
    } else done = unpackBlock(block, output, done);
    at += size + (hasBlockSums ? 4 : 0);
  }
}

/** Unpacks a block behind what is there already; gives where it ends. */
function unpackBlock(block: Uint8Array, output: Uint8Array, start: number): number {
  let at = 0;
  let done = start;
  /** A length goes on in further bytes while these are full. */
  const more = (length: number) => {
    let sum = length;
    if (length === 15)
      for (let byte = 255; byte === 255; sum += byte) {
        if (at >= block.length) throw new RangeError('a length ends early');
        byte = block[at++];
      }
    return sum;
  };
  while (at < block.length) {
    const token = block[at++];
    const literals = more(token >> 4);
    if (at + literals > block.length || done + literals > output.length)
      throw new RangeError('too many literals');
    output.set(block.subarray(at, at + literals), done);
    at += literals;
    done += literals;
    if (at >= block.length) break;
    const offset = block[at] | (block[at + 1] << 8);
    at += 2;
    const length = more(token & 15) + 4;
    if (offset === 0 || offset > done || done + length > output.length)
      throw new RangeError('a reference leads nowhere');
    // Byte by byte: a reference may reach into what it writes.
    for (let end = done + length; done < end; done++) output[done] = output[done - offset];
  }
  return done;
}
