import { locale } from '../l10n.js';

/** Colours of a drawing: dark on white, to be read in a paper or a mail whatever the editor's theme. */
export const ink = {
  paper: '#ffffff',
  text: '#1f1f1f',
  quiet: '#595959',
  line: '#d4d4d4',
  accent: '#0063d3',
} as const;

/** Any sans serif that the reader has, Chinese included: a file that is sent carries no font. */
const font =
  "system-ui, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', 'Microsoft YaHei', sans-serif";

interface Named {
  /** What the mark says, for readers and tooltips. */
  title?: string;
}

/** One mark; lengths are pixels from the upper left corner. */
export type Mark = Named &
  (
    | {
        kind: 'line';
        x1: number;
        y1: number;
        x2: number;
        y2: number;
        colour: string;
        dashed?: true;
      }
    | { kind: 'rect'; x: number; y: number; width: number; height: number; colour: string }
    | { kind: 'dot'; x: number; y: number; radius: number; colour: string; hollow?: boolean }
    | {
        kind: 'text';
        x: number;
        y: number;
        text: string;
        anchor?: 'middle' | 'end';
        size?: number;
        bold?: true;
        colour?: string;
        /** Degrees clockwise about its point. */
        turn?: number;
      }
  );

/** A chart as a file shows it. */
export interface Drawing {
  width: number;
  height: number;
  title: string;
  /** One sentence for those who do not see it. */
  description: string;
  marks: readonly Mark[];
}

/** Pixels that a text takes. */
export function textWidth(text: string, size = 12, bold = false): number {
  pen ??= document.createElement('canvas').getContext('2d');
  if (!pen) return text.length * size * 0.6;
  pen.font = `${bold ? 'bold ' : ''}${size}px ${font}`;
  return pen.measureText(text).width;
}

let pen: CanvasRenderingContext2D | null = null;

/** A text cut with an ellipsis to a width in pixels. */
export function fitted(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let end = text.length;
  while (end > 1 && textWidth(`${text.slice(0, end)}…`) > width) end -= 1;
  return `${text.slice(0, end)}…`;
}

/** The drawing as SVG that needs nothing else: no style sheet, no script, nothing from elsewhere. */
export function svgOf({ width, height, title, description, marks }: Drawing): string {
  const size = `width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="title desc" xml:lang="${xml(locale())}" font-family="${xml(font)}" font-size="12" fill="${ink.text}">
<title id="title">${xml(title)}</title>
<desc id="desc">${xml(description)}</desc>
<rect width="100%" height="100%" fill="${ink.paper}"/>
${marks.map(element).join('\n')}
</svg>
`;
}

function element(mark: Mark): string {
  const title = mark.title === undefined ? '' : `<title>${xml(mark.title)}</title>`;
  switch (mark.kind) {
    case 'line':
      return `<line x1="${n(mark.x1)}" y1="${n(mark.y1)}" x2="${n(mark.x2)}" y2="${n(mark.y2)}" stroke="${mark.colour}"${mark.dashed ? ' stroke-dasharray="3 3"' : ''}>${title}</line>`;
    case 'rect':
      return `<rect x="${n(mark.x)}" y="${n(mark.y)}" width="${n(mark.width)}" height="${n(mark.height)}" fill="${mark.colour}">${title}</rect>`;
    case 'dot': {
      const fill = mark.hollow
        ? `fill="${ink.paper}" stroke="${mark.colour}"`
        : `fill="${mark.colour}"`;
      return `<circle cx="${n(mark.x)}" cy="${n(mark.y)}" r="${n(mark.radius)}" ${fill}>${title}</circle>`;
    }
    case 'text': {
      const { x, y, anchor, size, bold, colour, turn } = mark;
      const more = [
        anchor && `text-anchor="${anchor}"`,
        size && `font-size="${size}"`,
        bold && 'font-weight="bold"',
        colour && `fill="${colour}"`,
        turn && `transform="rotate(${turn} ${n(x)} ${n(y)})"`,
      ];
      return `<text x="${n(x)}" y="${n(y)}" ${more.filter(Boolean).join(' ')}>${xml(mark.text)}${title}</text>`;
    }
  }
}

/** A length to the hundredth of a pixel. */
function n(length: number): string {
  return String(Math.round(length * 100) / 100);
}

/** A text as XML 1.0 may hold it: escaped, without control characters. */
function xml(text: string): string {
  return text
    .replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '');
}
