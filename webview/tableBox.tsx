import type { ComponentChildren } from 'preact';

/** What a box is called: by a text of its own, or by that of another element. */
type Name = { 'aria-label': string } | { 'aria-labelledby': string };

/** A box that scrolls where its table is wider or longer than the room for it. The keyboard reaches it, so it has a name. */
export function TableBox({
  children,
  ...own
}: Name & { 'aria-busy'?: boolean; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls is reached by keyboard
    <section class="table-box" tabIndex={0} {...own}>
      {children}
    </section>
  );
}
