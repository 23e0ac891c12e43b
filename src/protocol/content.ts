/** One sample as its dataset hands it out, before any preprocessing. Issue by issue, kinds are added here. */
export type SampleContent =
  /** An encoded image (PNG, JPEG, WebP, GIF, TIFF) and the file it is from, for messages. */
  { kind: 'encodedImage'; bytes: Uint8Array; file: string };
