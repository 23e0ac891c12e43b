import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { mkdir, readdir, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Cancelled, failure, throwIfCancelled } from '../protocol/notice.js';

/** An owner that has not shown itself for this long is taken for dead, milliseconds. */
const patience = 10 * 60_000;
const heartbeat = 60_000;

/** `lock-<machine>-<process id>-<token>`: who it is stands in the name, so that it comes into being whole. */
const lockName = /^lock-([0-9a-f]{8})-(\d+)-[0-9a-f]{12}$/;

/** The right to write into a folder; one owner at a time, in whatever process or window. */
export class Lock {
  readonly #file: string;
  readonly #timer: NodeJS.Timeout;

  constructor(file: string) {
    this.#file = file;
    this.#timer = setInterval(() => this.confirm().catch(() => undefined), heartbeat);
    this.#timer.unref();
  }

  /** Shows that the owner lives. Throws where another process took it for dead and took over. */
  async confirm(): Promise<void> {
    const now = new Date();
    await utimes(this.#file, now, now).catch(error => {
      throw failure('store.takenOver', { file: dirname(this.#file) }, error);
    });
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    await unlink(this.#file).catch(() => undefined);
  }
}

/** Waits until nobody else owns a folder (which is made where there is none), then owns it. */
export async function acquireLock(
  folder: string,
  signal?: AbortSignal,
  onWaiting?: () => void,
): Promise<Lock> {
  for (let tries = 0; ; tries++) {
    throwIfCancelled(signal);
    await mkdir(folder, { recursive: true });
    const lock = await tryLock(folder);
    if (lock) return lock;
    // The first refusal may come from another contender that withdraws as well.
    if (tries === 1) onWaiting?.();
    await sleep(50 + 200 * Math.random(), undefined, { signal }).catch(() => {
      throw new Cancelled();
    });
  }
}

/**
 * Owns a folder at once, or null where somebody else does. A contender first leaves its mark and then looks for others:
 * of two that contend, the one that looks last sees the other, so at most one stays.
 */
export async function tryLock(folder: string): Promise<Lock | null> {
  if ((await marks(folder)).live > 0) return null;
  const own = `lock-${machine}-${process.pid}-${randomBytes(6).toString('hex')}`;
  const file = join(folder, own);
  try {
    await writeFile(file, '', { flag: 'wx' });
  } catch (error) {
    // The folder was moved away between the two steps by whoever removes it.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const { names, live, dead } = await marks(folder, own);
  if (live > 0 || !names.includes(own)) {
    await unlink(file).catch(() => undefined);
    return null;
  }
  for (const name of dead) await unlink(join(folder, name)).catch(() => undefined);
  return new Lock(file);
}

async function marks(folder: string, own?: string) {
  const names = await readdir(folder).catch(() => [] as string[]);
  const dead: string[] = [];
  let live = 0;
  for (const name of names) {
    const parts = lockName.exec(name);
    if (!parts || name === own) continue;
    const age = Date.now() - ((await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0);
    const gone = parts[1] === machine && !isAlive(Number(parts[2]), age);
    if (gone || age > patience) dead.push(name);
    else live++;
  }
  return { names, live, dead };
}

/** Whether the process that left a mark `age` milliseconds ago still runs on this machine. */
function isAlive(pid: number, age: number): boolean {
  // Older than this process: the number was another's, as containers give the same ones again.
  if (pid === process.pid) return age < 1000 * process.uptime() + 1000;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Where process ids mean the same: a machine, and on Linux its container. */
const machine = createHash('sha256')
  .update(`${hostname()} ${processNamespace()}`)
  .digest('hex')
  .slice(0, 8);

function processNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
