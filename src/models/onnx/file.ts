import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { failure } from '../../protocol/notice.js';
import { type ModelGraph, NotReadError, readGraph } from './graph.js';
import { ProtoReader, TruncatedError } from './protobuf.js';

/** The graph of an ONNX file; no weight is read. Every failure names the file and the cure. */
export async function readModel(path: string): Promise<ModelGraph> {
  let file: FileHandle | undefined;
  try {
    file = await open(path);
    const { size } = await file.stat();
    if (size === 0) throw failure('model.empty', { file: path });
    return await readGraph(new ProtoReader(file, size));
  } catch (error) {
    if (error instanceof NotReadError) throw await notOnnx(path, error, file);
    throw fileFailure(path, error);
  } finally {
    await file?.close();
  }
}

/** Paths of the files beside a model that hold its weights, each found and long enough. */
export async function externalFiles(path: string, graph: ModelGraph): Promise<string[]> {
  const folder = dirname(path);
  return Promise.all(
    graph.external.map(async ({ location, bytes }) => {
      const data = join(folder, location);
      const inside = relative(folder, data);
      if (isAbsolute(location) || isAbsolute(inside) || inside.split(/[\\/]/)[0] === '..')
        throw failure('model.externalOutside', { file: path, data: location });
      const entry = await stat(data).catch(() => null);
      if (!entry?.isFile()) throw failure('model.externalMissing', { file: path, data: location });
      if (entry.size < bytes)
        throw failure('model.externalTruncated', { file: path, data: location });
      return data;
    }),
  );
}

/** The failure that a user is told when reading a file went wrong; a failure that is ours already stays. */
function fileFailure(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : null;
  if (code === null) return error;
  if (code === 'ENOENT') return failure('model.notFound', { file: path }, error);
  return failure('model.unreadable', { file: path, detail: code }, error);
}

async function notOnnx(path: string, error: NotReadError, file?: FileHandle): Promise<Error> {
  const start = await file?.read({ buffer: Buffer.alloc(40), position: 0 });
  if (start?.buffer.toString('latin1').startsWith('version https://git-lfs'))
    return failure('model.lfsPointer', { file: path }, error);
  const truncated = error.looksLikeOnnx && error.cause instanceof TruncatedError;
  return failure(truncated ? 'model.truncated' : 'model.notOnnx', { file: path }, error);
}
