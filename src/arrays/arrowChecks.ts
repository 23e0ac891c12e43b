/**
 * Arrow's descriptions are flatbuffers, and the library that reads them believes whatever number of columns, buffers or batches they
 * state. Here these numbers are held against the length of the description before it does. All throw `RangeError`.
 */

/** A footer: a table of a version, a schema, dictionaries and batches. */
export function checkFooter(footer: Buffer): void {
  const root = footer.readUInt32LE(0);
  const schema = table(footer, root, 1);
  if (schema !== null) checkSchema(footer, schema);
  count(footer, root, 2, 24);
  count(footer, root, 3, 24);
}

/** A message that describes a batch: a table of a version, a kind, the batch (rows, nodes, buffers) and a length. */
export function checkBatch(message: Buffer): void {
  const root = message.readUInt32LE(0);
  const batch = table(message, root, 2);
  if (batch === null) return;
  count(message, batch, 1, 16);
  count(message, batch, 2, 16);
}

/** A message of a stream: a schema, a dictionary or a batch. */
export function checkMessage(message: Buffer): void {
  const root = message.readUInt32LE(0);
  const header = table(message, root, 2);
  if (header === null) return;
  const { kind } = messageParts(message);
  if (kind === 1) checkSchema(message, header);
  else if (kind === 3) checkBatch(message);
  else {
    // A dictionary: an id, and the batch of its values.
    const values = table(message, header, 1);
    if (values === null) return;
    count(message, values, 1, 16);
    count(message, values, 2, 16);
  }
}

/** Kind of a message (1 schema, 2 dictionary, 3 batch), bytes of its body, and rows of a batch. */
export function messageParts(message: Buffer): { kind: number; bodyLength: number; rows: number } {
  const root = message.readUInt32LE(0);
  const [kindAt, bodyAt] = [place(message, root, 1), place(message, root, 3)];
  const kind = kindAt === null ? 0 : message.readUInt8(kindAt);
  const batch = kind === 3 ? table(message, root, 2) : null;
  const rowsAt = batch === null ? null : place(message, batch, 0);
  return {
    kind,
    bodyLength: bodyAt === null ? 0 : Number(message.readBigInt64LE(bodyAt)),
    rows: rowsAt === null ? 0 : Number(message.readBigInt64LE(rowsAt)),
  };
}

function checkSchema(buffer: Buffer, schema: number): void {
  count(buffer, schema, 2, 4);
  for (const field of tables(buffer, schema, 1)) checkField(buffer, field, 0);
}

/** A column: name, nullable, kind of type, type, dictionary, children, metadata. */
function checkField(buffer: Buffer, field: number, depth: number): void {
  if (depth > 8) throw new RangeError('columns inside columns without end');
  count(buffer, field, 6, 4);
  for (const child of tables(buffer, field, 5)) checkField(buffer, child, depth + 1);
}

/** Where a field of a table stands, or null where it is left out. */
function place(buffer: Buffer, at: number, field: number): number | null {
  const fields = at - buffer.readInt32LE(at);
  const entry = 4 + 2 * field;
  const offset = entry < buffer.readUInt16LE(fields) ? buffer.readUInt16LE(fields + entry) : 0;
  return offset === 0 ? null : at + offset;
}

/** The table that a field refers to. */
function table(buffer: Buffer, at: number, field: number): number | null {
  const found = place(buffer, at, field);
  return found === null ? null : found + buffer.readUInt32LE(found);
}

/** Items of the list that a field refers to, which take so many bytes each. */
function count(buffer: Buffer, at: number, field: number, bytes: number): number {
  const list = table(buffer, at, field);
  if (list === null) return 0;
  const items = buffer.readUInt32LE(list);
  if (items * bytes > buffer.length) throw new RangeError('more items than there is room for');
  return items;
}

function* tables(buffer: Buffer, at: number, field: number): Generator<number> {
  const list = table(buffer, at, field);
  if (list === null) return;
  for (let k = 0; k < count(buffer, at, field, 4); k++) {
    const entry = list + 4 + 4 * k;
    yield entry + buffer.readUInt32LE(entry);
  }
}
