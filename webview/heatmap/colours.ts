/** A colour as red, green and blue, 0..255. */
export type Rgb = readonly [number, number, number];

type Lab = readonly [number, number, number];

/** Steps of a colour scale. */
export const steps = 256;

/**
 * A sequential scale through the given colours, evenly spaced. Colours are mixed in OKLab, where equal steps look
 * equal, and lightness runs one way, so that the scale also reads without telling hues apart.
 */
export function rampOf(stops: readonly Rgb[]): Rgb[] {
  const labs = stops.map(toLab);
  return Array.from({ length: steps }, (_, i) => {
    const at = (i / (steps - 1)) * (labs.length - 1);
    const from = Math.min(Math.floor(at), labs.length - 2);
    const share = at - from;
    const mixed = labs[from].map((value, k) => value + (labs[from + 1][k] - value) * share);
    return toRgb([mixed[0], mixed[1], mixed[2]]);
  });
}

/** Step of the scale for a value between 0 and `top`. */
export function stepOf(value: number, top: number): number {
  return Math.max(0, Math.min(steps - 1, Math.round((value / top) * (steps - 1))));
}

/** Whether black reads better than white on a colour (relative luminance as WCAG defines it). */
export function isLight([r, g, b]: Rgb): boolean {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b) > 0.18;
}

export function css([r, g, b]: Rgb): string {
  return `rgb(${r} ${g} ${b})`;
}

let onePixel: CanvasRenderingContext2D | null = null;

/** Any CSS colour as the browser understands it; transparency is left out. */
export function parseColour(text: string, fallback: Rgb): Rgb {
  onePixel ??= document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const context = onePixel;
  if (!context || !CSS.supports('color', text)) return fallback;
  context.fillStyle = text;
  context.fillRect(0, 0, 1, 1);
  const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
  return [r, g, b];
}

function linear(channel: number): number {
  const c = channel / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
}

function gamma(value: number): number {
  const c = value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.max(0, Math.min(1, c)));
}

/** OKLab's lightness crushes the darkest colours; its author's toe makes it even, as CIE's L* is. */
const toe = { a: 0.206, b: 0.03, c: 1.206 / 1.03 };

function toLab([r, g, b]: Rgb): Lab {
  const [lr, lg, lb] = [linear(r), linear(g), linear(b)];
  const l = Math.cbrt(0.4122214708 * lr + 0.5363325363 * lg + 0.0514459929 * lb);
  const m = Math.cbrt(0.2119034982 * lr + 0.6806995451 * lg + 0.1073969566 * lb);
  const s = Math.cbrt(0.0883024619 * lr + 0.2817188376 * lg + 0.6299787005 * lb);
  const bent = toe.c * (0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s) - toe.a;
  const straight = bent + toe.a;
  return [
    (bent + Math.sqrt(bent * bent + 4 * toe.b * straight)) / 2,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function toRgb([even, a, b]: Lab): Rgb {
  const L = (even * (even + toe.a)) / (toe.c * (even + toe.b));
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    gamma(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}
