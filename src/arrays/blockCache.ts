/** The blocks of rows that were asked for last, so that rows one after the other do not read or unpack a block again. */
export class BlockCache<T> {
  private readonly blocks = new Map<string, Promise<T>>();

  constructor(private readonly most = 2) {}

  /** A block by its name, read where it is not there. */
  get(key: string, read: () => Promise<T>): Promise<T> {
    let block = this.blocks.get(key);
    // The one that was used last comes last.
    if (block) this.blocks.delete(key);
    else {
      block = read();
      block.catch(() => this.blocks.delete(key));
    }
    this.blocks.set(key, block);
    for (const old of this.blocks.keys()) if (this.blocks.size > this.most) this.blocks.delete(old);
    return block;
  }
}
