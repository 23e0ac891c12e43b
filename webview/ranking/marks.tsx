import { ask } from '../host.js';
import { t } from '../l10n.js';
import { changeView, mostCompared, panel, view } from '../state.js';
import type { Row } from './rows.js';
import './marks.css';

/** Takes a model into the comparison, or out of it. */
export function toggleCompared(id: string): void {
  const { compare } = view.value;
  if (compare.includes(id)) changeView({ compare: compare.filter(other => other !== id) });
  else if (compare.length < mostCompared) changeView({ compare: [...compare, id] });
}

/** Marks a model or takes its mark away; shown at once, kept by the editor. */
export function toggleStar({ file, starred }: Row): void {
  const state = panel.value;
  if (!state) return;
  const others = (state.stars ?? []).filter(path => path !== file);
  panel.value = { ...state, stars: starred ? others : [...others, file] };
  ask(host => host.star({ path: file, on: !starred }));
}

/** Star and tick of a row; they are reached by Tab from the row that has the tab stop. */
export function Marks({ row, tabStop }: { row: Row; tabStop: boolean }) {
  const { compare } = view.value;
  const chosen = compare.includes(row.id);
  const tabIndex = tabStop ? 0 : -1;
  const full = !chosen && compare.length >= mostCompared;
  return (
    <span class="marks-cell">
      <button
        type="button"
        class={row.starred ? 'star on' : 'star'}
        tabIndex={tabIndex}
        aria-pressed={row.starred}
        aria-label={t('Star {model}', { model: row.name })}
        title={row.starred ? t('Take the star away (S)') : t('Give a star (S)')}
        onClick={event => {
          event.stopPropagation();
          toggleStar(row);
        }}
      >
        {row.starred ? '★' : '☆'}
      </button>
      {row.state === 'scored' && (
        <input
          type="checkbox"
          class="compare"
          tabIndex={tabIndex}
          checked={chosen}
          disabled={full}
          aria-label={t('Compare {model}', { model: row.name })}
          title={full ? t('Four models are compared at most') : t('Compare (C)')}
          onClick={event => event.stopPropagation()}
          onChange={() => toggleCompared(row.id)}
        />
      )}
    </span>
  );
}
