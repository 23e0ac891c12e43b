import type { Panel } from '../support/panelHost.js';

/** The row of a model in the ranking. */
export const row = (panel: Panel, id: string) => panel.page.locator(`tr[data-id="${id}"]`);
/** Ids of the models in the page, from the top. */
export const order = (panel: Panel) =>
  panel.page.locator('.ranking tbody tr[data-id]').evaluateAll(rows => rows.map(r => r.dataset.id));
/** What a screen reader says of the cells of a row. */
export const spoken = (panel: Panel, id: string) =>
  row(panel, id)
    .locator('th, td')
    .evaluateAll(all => all.map(c => c.getAttribute('aria-label') ?? c.textContent));
/** A column's header, by what its button says. */
export const header = (panel: Panel, name: string) =>
  panel.page
    .locator('.ranking')
    .getByRole('columnheader')
    .filter({
      has: panel.page.getByRole('button', { name, exact: true }),
    });
