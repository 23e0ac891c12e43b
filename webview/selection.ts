import { computed } from '@preact/signals';
import { panel, view } from './state.js';

/** The model on show: the one that was picked, else the leader, else the first one scored; null while there is none. */
export const selectedModel = computed<string | null>(() => {
  const report = panel.value?.report;
  const picked = view.value.model;
  const known = panel.value?.progress?.models.some(({ id }) => id === picked);
  if (picked && (known || report?.models.some(({ id }) => id === picked))) return picked;
  return (
    report?.ranking.order[0] ?? report?.models.find(({ status }) => status === 'scored')?.id ?? null
  );
});
