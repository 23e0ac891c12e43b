import type { Bytes } from '../../arrays/bytes.js';
import { splitOf } from '../imageFolder/names.js';

/** Bytes that are read of a list of names. */
const most = 4096;

/** A thing that a group has: its name, and where the group lies that it may be. */
interface Link {
  name: string;
  group: Group;
}

/** Where the links of a group stand: in its header in newer files, in a tree with a heap of names in older ones. */
type Group = { header: number } | { tree: number; heap: number } | null;

/**
 * Names in the root group of an HDF5 file, and those in groups that are splits (`train/x`), as far as the first headers
 * tell them; none where it is no such file. Throws RangeError or EndsEarly where it is damaged.
 */
export async function namesIn(bytes: Bytes): Promise<string[]> {
  const start = await part(bytes, 0, 96);
  if (start.toString('latin1', 0, 8) !== '\x89HDF\r\n\x1a\n') return [];
  const [version] = start.subarray(8);
  const root: Group =
    version >= 2 ? { header: place(start, 36) } : entryOf(start, version === 0 ? 56 : 60);
  const names: string[] = [];
  for (const { name, group } of await linksOf(bytes, root)) {
    names.push(name);
    if (splitOf(name) === null) continue;
    for (const inside of await linksOf(bytes, group)) names.push(`${name}/${inside.name}`);
  }
  return names;
}

async function linksOf(bytes: Bytes, group: Group): Promise<Link[]> {
  if (group === null) return [];
  return 'header' in group ? headerLinks(bytes, group.header) : treeLinks(bytes, group);
}

/** An entry of a table of symbols: of a group it says where the links are. */
function entryOf(data: Buffer, at: number): Group {
  const isGroup = data.readUInt32LE(at + 16) === 1;
  return isGroup ? { tree: place(data, at + 24), heap: place(data, at + 32) } : null;
}

async function treeLinks(bytes: Bytes, group: { tree: number; heap: number }): Promise<Link[]> {
  const heap = await part(bytes, group.heap, 32);
  const tree = await part(bytes, group.tree, most);
  if (heap.toString('latin1', 0, 4) !== 'HEAP' || tree.toString('latin1', 0, 4) !== 'TREE')
    return [];
  const names = await part(bytes, place(heap, 24), Math.min(most, place(heap, 8)));
  // A group of more than some hundred things has further levels: no file of samples and labels has.
  if (tree[5] !== 0) return [];
  const links: Link[] = [];
  for (let k = 0; k < tree.readUInt16LE(6); k++) {
    const table = await part(bytes, place(tree, 32 + 16 * k), most);
    if (table.toString('latin1', 0, 4) !== 'SNOD') continue;
    for (let at = 8, left = table.readUInt16LE(6); left > 0; left--, at += 40) {
      const from = place(table, at);
      const name = names.toString('utf8', from, names.indexOf(0, from));
      links.push({ name, group: entryOf(table, at) });
    }
  }
  return links;
}

const linkMessage = 6;
const continuation = 16;

/** Links that stand in an object's header, one message each, and in what it is continued by. */
async function headerLinks(bytes: Bytes, header: number): Promise<Link[]> {
  const data = await part(bytes, header, most);
  if (data.toString('latin1', 0, 4) !== 'OHDR') return [];
  const flags = data[5];
  const sized = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
  const width = 1 << (flags & 3);
  const first = sized + width;
  const blocks = [data.subarray(first, first + data.readUIntLE(sized, Math.min(width, 6)))];
  const links: Link[] = [];
  // A block names the next one: a file that leads in a circle ends here.
  for (let b = 0; b < blocks.length && b < 16; b++) {
    const block = blocks[b];
    const head = flags & 4 ? 6 : 4;
    for (let at = 0; at + head <= block.length; ) {
      const type = block[at];
      const message = block.subarray(at + head, at + head + block.readUInt16LE(at + 1));
      if (type === linkMessage) links.push(linkOf(message));
      // Between a signature and a check sum.
      else if (type === continuation)
        blocks.push(
          (await part(bytes, place(message, 0), Math.min(most, place(message, 8)))).subarray(4, -4),
        );
      at += head + message.length;
    }
  }
  return links;
}

function linkOf(message: Buffer): Link {
  const flags = message[1];
  const isHard = !(flags & 8) || message[2] === 0;
  const sized = 2 + (flags & 8 ? 1 : 0) + (flags & 4 ? 8 : 0) + (flags & 16 ? 1 : 0);
  const width = 1 << (flags & 3);
  const from = sized + width;
  const end = from + message.readUIntLE(sized, Math.min(width, 6));
  const name = message.toString('utf8', from, end);
  return { name, group: isHard ? { header: place(message, end) } : null };
}

/** A part of the file, shorter where the file ends. */
async function part(bytes: Bytes, at: number, length: number): Promise<Buffer> {
  const data = Buffer.alloc(Math.max(0, Math.min(length, bytes.size - at)));
  await bytes.read(data, at);
  return data;
}

function place(data: Buffer, at: number): number {
  return Number(data.readBigUInt64LE(at));
}
