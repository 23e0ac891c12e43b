import type * as H5Wasm from 'h5wasm/node';

/** The HDF5 library, compiled to WebAssembly: a bundle of its own, as it is large and seldom needed. */
export async function loadLibrary(): Promise<typeof H5Wasm> {
  const library = await import('h5wasm/node');
  await library.ready;
  return library;
}
