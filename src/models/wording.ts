import { basename, extname } from 'node:path';

/** Name of the sidecar that corrects what is read from a model. */
export function sidecarOf(path: string): string {
  return `${basename(path, extname(path))}.transferlens.json`;
}

/** What a user is told of a runtime's own error: its first line, without what the message around it adds and the place in its source. */
export function detailOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .split('\n')[0]
    .replace(/^Load model from .* failed:/, '')
    .replace(/^\S*onnxruntime_src\S*:\d+ .*?\) (?=[A-Z])/, '')
    .trim()
    .replace(/\.$/, '')
    .slice(0, 300);
}
