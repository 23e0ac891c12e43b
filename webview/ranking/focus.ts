import { useLayoutEffect } from 'preact/hooks';

/** The row of a model, where it is in the page. */
export function rowElement(table: HTMLTableElement | null, id: string): HTMLElement | null {
  return table?.querySelector<HTMLElement>(`tr[data-id="${CSS.escape(id)}"]`) ?? null;
}

/**
 * A row that moves while it has the focus would lose it, and elements that show another row now would give it to that: it gets it back
 * where it is still in the page.
 */
export function keepFocus(table: { current: HTMLTableElement | null }): void {
  const { activeElement } = document;
  const focused = table.current?.contains(activeElement) ? (activeElement as HTMLElement) : null;
  const id = focused?.closest('tr')?.dataset.id;
  useLayoutEffect(() => {
    if (!focused) return;
    if (id !== undefined && focused.closest('tr')?.dataset.id !== id) {
      const row = rowElement(table.current, id);
      const same = focused.matches('tr') ? row : row?.querySelector<HTMLElement>(twinOf(focused));
      if (same) same.focus({ preventScroll: true });
      else focused.blur();
    } else if (focused.isConnected && document.activeElement !== focused)
      focused.focus({ preventScroll: true });
  });
}

/** Finds in another row what an element is in its own. */
function twinOf(element: HTMLElement): string {
  const name = element.localName;
  return element.classList.length ? `${name}.${element.classList[0]}` : name;
}
