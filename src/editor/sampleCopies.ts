import * as vscode from 'vscode';
import { type SampleAddress, type SampleCopy, sampleAddressSchema } from '../protocol/place.js';
import type { WorkerClient } from './workerClient.js';

/** Of these URIs the query says which sample it is, so that an editor comes back after a reload of the window. */
const scheme = 'transferlens-sample';

/** Copies that are held; of others the background process is asked again. */
const most = 8;

/** Samples from inside files as read-only files, each by itself. */
export class SampleCopies implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #worker: WorkerClient;
  readonly #copies = new Map<string, Promise<SampleCopy>>();
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #registration: vscode.Disposable;
  readonly onDidChangeFile = this.#changed.event;

  constructor(worker: WorkerClient) {
    this.#worker = worker;
    this.#registration = vscode.workspace.registerFileSystemProvider(scheme, this, {
      isReadonly: true,
      isCaseSensitive: true,
    });
  }

  /** Opens a sample beside what is open. Rejects where it cannot be read. */
  async open(address: SampleAddress): Promise<void> {
    const query = JSON.stringify(address);
    const { name, ending } = await this.#copy(query);
    const uri = vscode.Uri.from({ scheme, path: `/${name}.${ending}`, query });
    await openBeside(uri);
  }

  async stat({ query }: vscode.Uri): Promise<vscode.FileStat> {
    const { bytes } = await this.#copy(query);
    return { type: vscode.FileType.File, ctime: 0, mtime: 0, size: bytes.length };
  }

  async readFile({ query }: vscode.Uri): Promise<Uint8Array> {
    return (await this.#copy(query)).bytes;
  }

  watch(): vscode.Disposable {
    return { dispose: () => undefined };
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  #copy(query: string): Promise<SampleCopy> {
    const copy = this.#copies.get(query) ?? this.#read(query);
    this.#copies.delete(query);
    this.#copies.set(query, copy);
    for (const old of [...this.#copies.keys()].slice(0, -most)) this.#copies.delete(old);
    // What could not be read is tried again.
    copy.catch(() => this.#copies.delete(query));
    return copy;
  }

  async #read(query: string): Promise<SampleCopy> {
    return this.#worker.sample(sampleAddressSchema.parse(JSON.parse(query)));
  }
}

/** Opens a file beside what is open, at lines of it where some are meant. */
export async function openBeside(uri: vscode.Uri, selection?: vscode.Range): Promise<void> {
  await vscode.commands.executeCommand('vscode.open', uri, {
    ...{ preview: true, viewColumn: vscode.ViewColumn.Beside, selection },
  });
}
