import type { Fits } from '../protocol/fits.js';
import { savedReportId } from '../protocol/saved.js';
import type { Report } from './schema.js';

/** What the page is made of: the texts of the built files, the language, and a nonce that nobody can guess. */
export interface PageParts {
  script: string;
  /** The page's own style, and what stands in for the editor's theme. */
  styles: readonly string[];
  /** Translations by English text; empty for English. */
  strings: Readonly<Record<string, string>>;
  /** BCP 47. */
  locale: string;
  nonce: string;
}

/**
 * The panel as one file that needs nothing else: the page's script and style, and the report with its matrices and fits as data. Its policy
 * lets it load nothing from anywhere and run nothing but its own script, whatever the names in the report hold.
 */
export function toHtml(report: Report, fits: readonly Fits[], page: PageParts): string {
  const { nonce, strings, locale } = page;
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; img-src data: blob:; base-uri 'none'; form-action 'none'`;
  const data = JSON.stringify({ report, fits, strings, locale });
  return `<!DOCTYPE html>
<html lang="${escapeHtml(locale)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(`${report.dataset.name} – TransferLens`)}</title>
${page.styles.map(style => `<style nonce="${nonce}">${style.replaceAll('</style', '<\\/style')}</style>`).join('\n')}
</head>
<body>
<div id="root"></div>
<script type="application/json" id="${savedReportId}">${data.replaceAll('<', '\\u003c')}</script>
<script nonce="${nonce}">${scriptText(page.script)}</script>
</body>
</html>
`;
}

/** A script as it may stand in a page: nothing in its strings ends it, and it asks for no source map. */
function scriptText(script: string): string {
  return script
    .replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n')
    .replace(/<(\/script|!--)/gi, '<\\$1');
}

/** A text as it may stand in a page, also in an attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`);
}
