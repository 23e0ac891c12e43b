/**
 * While it loads, the controls' toolkit asks whether the browser knows `:focus-visible`, by an empty <style> element:
 * the page's CSP forbids one and would report it. Until all scripts are loaded, it gets an element whose style sheet
 * is a constructed one, which answers the same.
 */
const create = document.createElement;

document.createElement = ((tag: string) =>
  tag === 'style'
    ? Object.assign(create.call(document, 'span'), { sheet: new CSSStyleSheet() })
    : create.call(document, tag)) as typeof create;

queueMicrotask(() => {
  document.createElement = create;
});
