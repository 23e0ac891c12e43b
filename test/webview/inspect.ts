// Functions that run in the page: each is sent there as it stands, so each is complete in itself.

/** The rules of axe-core whose answer depends on the theme. */
export const rulesOfColour = ['color-contrast', 'link-in-text-block'];

/** What axe-core finds, by some rules or by all; its source has to be in the page. */
export const violations = (runOnly?: readonly string[]) => `axe
  .run(document, ${JSON.stringify({ resultTypes: ['violations'], runOnly })})
  .then(({ violations }) => violations.map(({ id, nodes }) =>
    id + ': ' + nodes.map(node => node.html + ' ' + node.failureSummary).join(' | ')))`;

/** Elements that carry structure, in order, with the depth of headings: the same in every language. */
export function outline(): string[] {
  const structure =
    'h1, h2, h3, section, table, caption, tr, th, td, ul, ol, li, dl, dt, dd, details, summary, figure, progress, input, button, img, svg, canvas, [role], vscode-button, vscode-checkbox, vscode-dropdown, vscode-option, vscode-text-field';
  return [...document.querySelectorAll(`main :is(${structure})`)].map(element => {
    const role = element.getAttribute('role');
    return role ? `${element.localName} ${role}` : element.localName;
  });
}

/** Rows of the ranking: place, name, and the headline score or what stands in its place. */
export function rankingRows(): string[] {
  return [...document.querySelectorAll('.ranking tbody tr[data-id]')].map(row => {
    const cells = ['.rank', '.name-text', '.headline .score, .reason'];
    const texts = cells.map(cell => row.querySelector<HTMLElement>(cell)?.innerText.trim());
    // Of a score the value only: its interval and its footnote follow in other lines.
    return texts.map(text => text?.split('\n')[0].replace(/,.*/, '').trim()).join(' ');
  });
}

/** Words of Latin letters that neither are in `names` nor belong to the field's notation, wherever a person meets them. */
export function foreignWords(names: string[]): string[] {
  const texts: string[] = [];
  const walk = document.createTreeWalker(
    document.body,
    NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT,
  );
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    if (node instanceof Text) {
      if (!node.parentElement?.closest('script, style, noscript')) texts.push(node.data);
    } else if (node instanceof Element && !node.matches('[aria-hidden]:not([title])'))
      for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-roledescription'])
        texts.push(node.getAttribute(name) ?? '');
  }
  const notation =
    /\b(TransferLens|LEEP|LogME|AUROC|transferlens\.intent|NCE|H-score|P\(best\)|P\(y\|z\)|P\(z\)|H\(Y\)|ONNX|onnx|PyTorch|TF\.js|SavedModel|NumPy|PNG|SVG|CSV|SHA-256|Kendall|Python|NaN|features|Ctrl|Shift|kB|MB|GB|ms)\b/g;
  const known = names.filter(Boolean).sort((a, b) => b.length - a.length);
  return [
    ...new Set(
      texts.flatMap(text => {
        // Whole names before the notation, which may be a part of one; short ones after it, for they may be a part of that.
        let left = text;
        for (const name of known) if (name.length > 3) left = left.replaceAll(name, ' ');
        left = left.replace(notation, ' ');
        for (const name of known) left = left.replaceAll(name, ' ');
        return /[A-Za-z]{2,}/.test(left) ? [text.trim()] : [];
      }),
    ),
  ];
}

/** Texts that are cut off without a sign of it: not by an ellipsis with the whole in a tooltip, and not in a box that scrolls. */
export function cutTexts(): string[] {
  const cut: string[] = [];
  for (const element of document.querySelectorAll<HTMLElement>('main *')) {
    const own = [...element.childNodes].some(node => node instanceof Text && node.data.trim());
    if (!own || element.closest('.sr-only, svg, vscode-option, .table-box')) continue;
    const box = element.getBoundingClientRect();
    if (!box.width) continue;
    const style = getComputedStyle(element);
    const hides = style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
    const told = style.textOverflow === 'ellipsis' && element.closest('[title]') !== null;
    const scrolls = element.closest('.script') !== null;
    if ((hides && !told) || (!scrolls && (box.right > innerWidth + 1 || box.left < -1)))
      cut.push(element.outerHTML.slice(0, 200));
  }
  return cut;
}
