import { escapeHtml } from '../report/html.js';

/** Where the page's files and its policy's source are. */
export interface PageSources {
  script: string;
  style: string;
  cspSource: string;
  /** Fresh for every page, from a cryptographic source. */
  nonce: string;
  title: string;
  /** BCP 47. */
  language: string;
}

/** The panel's page: its own script and style, nothing inline, nothing from elsewhere. */
export function panelHtml(sources: PageSources): string {
  const { script, style, cspSource, nonce, title, language } = sources;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `img-src ${cspSource} data:`,
    `font-src ${cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${escapeHtml(style)}">
</head>
<body>
<div id="root"></div>
<script nonce="${nonce}" src="${escapeHtml(script)}"></script>
</body>
</html>`;
}
