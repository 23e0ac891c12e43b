import { cssVariable } from '../theme.js';
import { css, parseColour, rampOf } from './colours.js';
import type { Look } from './scene.js';

/** What the colour scale ends at: 1, or less where no source class comes near it. */
export function scaleTop(largest: number): number {
  return [0.1, 0.2, 0.5].find(top => largest <= top) ?? 1;
}

/** Reads the heatmap's colours and font from the theme; the variables are named in heatmap.css. */
export function lookOf(top: number): Look {
  const rgb = (name: string) => parseColour(cssVariable(name), [128, 128, 128]);
  const colour = (name: string) => css(rgb(name));
  const { fontFamily } = getComputedStyle(document.body);
  const kind = document.body.dataset.vscodeThemeKind ?? '';
  return {
    ramp: rampOf([rgb('--heatmap-low'), rgb('--heatmap-high')]),
    top,
    background: colour('--vscode-editor-background'),
    foreground: colour('--vscode-editor-foreground'),
    quiet: colour('--quiet'),
    bar: colour('--accent'),
    cursor: colour('--vscode-focusBorder'),
    border: kind.includes('high-contrast') ? colour('--vscode-contrastBorder') : null,
    font: `12px ${fontFamily}`,
  };
}
