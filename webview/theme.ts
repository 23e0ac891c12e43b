import { signal } from '@preact/signals';

/** Counts the changes of theme: who draws with the theme's colours reads it, and so draws again. */
export const themeChanges = signal(0);

/** VS Code tells of another theme by the body's class and by new variables in the style of `html`. */
export function watchTheme(): void {
  const observer = new MutationObserver(() => {
    themeChanges.value += 1;
  });
  observer.observe(document.documentElement, { attributeFilter: ['style', 'class'] });
  observer.observe(document.body, { attributeFilter: ['class', 'data-vscode-theme-kind'] });
}

/** Value of a CSS variable as the page resolves it. */
export function cssVariable(name: string): string {
  return getComputedStyle(document.body).getPropertyValue(name).trim();
}
