import { open } from 'node:fs/promises';
import { Message, putOutside } from './encode.js';
import { type Field, MalformedError, ProtoReader } from './protobuf.js';

/** Smaller tensors stay inside: shapes, axes and scales, whose values the runtime wants while it plans. */
const outsideFrom = 4096;

/**
 * A model's bytes without its weights: each big initialiser refers to its place in the model's own file, as external data.
 * The runtime then maps them from there, so that a model of any size can be extended without reading it into memory.
 * @param location name of the file in its folder
 */
export async function withoutWeights(path: string, location: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const reader = new ProtoReader(file, size);
    return (await copied(reader, { start: 0, end: size }, modelField)).finish();
  } finally {
    await file.close();
  }

  async function modelField(reader: ProtoReader, field: Field): Promise<Message | null> {
    return field.number === 7 ? copied(reader, field, graphField) : null;
  }

  async function graphField(reader: ProtoReader, field: Field): Promise<Message | null> {
    if (field.number !== 5) return null;
    let raw: Field | null = null;
    await reader.each(field, part => {
      if (part.number === 9 && part.end - part.start >= outsideFrom) raw = part;
    });
    if (!raw) return null;
    const { start, end }: Field = raw;
    const tensor = await copied(reader, field, async () => null, 9);
    return putOutside(tensor, location, start, end - start);
  }
}

/** A message's fields, those apart that `replace` has something for, without the field `left`. */
async function copied(
  reader: ProtoReader,
  range: { start: number; end: number },
  replace: (reader: ProtoReader, field: Field) => Promise<Message | null>,
  left?: number,
): Promise<Message> {
  const message = new Message();
  await reader.each(range, async field => {
    const { number, wire, value } = field;
    if (number === left) return;
    if (wire === 0) message.int(number, value);
    else if (wire !== 2) throw new MalformedError(`wire type ${wire}`);
    else {
      const other = await replace(reader, field);
      if (other) message.message(number, other);
      else message.bytes(number, await reader.bytes(field));
    }
  });
  return message;
}
