import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const suffix = '.star';

/**
 * Paths of the models that the user marked (an id tells models of one run apart only), a file each beside the runs on a folder: of two
 * windows on it neither undoes what the other one marks, as the last writer of one list would.
 */
export class Stars {
  readonly #folder: string;
  #models: readonly string[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whether a file of the folder is one of these. */
  static isStar(path: string): boolean {
    return path.endsWith(suffix);
  }

  /** As they were when they were read last. */
  get models(): readonly string[] {
    return this.#models;
  }

  /** Reads them anew. */
  async read(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    const texts = names
      .filter(Stars.isStar)
      // One may be taken away meanwhile.
      .map(name => readFile(join(this.#folder, name), 'utf8').catch(() => []));
    this.#models = (await Promise.all(texts)).flat();
  }

  /** Marks a model by its path, or takes its mark away. */
  async set(model: string, on: boolean): Promise<void> {
    const name = createHash('sha256').update(model).digest('hex').slice(0, 32);
    const file = join(this.#folder, `${name}${suffix}`);
    if (on) {
      await mkdir(this.#folder, { recursive: true });
      // Another window sees it whole or not at all.
      const part = `${file}.${randomUUID()}`;
      await writeFile(part, model);
      await rename(part, file);
    } else await rm(file, { force: true });
    await this.read();
  }
}
