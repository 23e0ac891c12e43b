import { Again } from '../again.js';
import { ProgressRing } from '../controls.js';
import { noticeText, t } from '../l10n.js';
import { panel } from '../state.js';
import type { Loaded } from './source.js';

/** What stands where there is no heatmap (yet): why, and the way to one. */
export function Instead({ loaded, model }: { loaded: Loaded | null; model: string | null }) {
  if (loaded?.status === 'loading')
    return (
      <p class="instead-of-heatmap">
        <ProgressRing /> {t('Loading the heatmap…')}
      </p>
    );
  if (loaded?.status === 'failed')
    return <p class="instead-of-heatmap">{noticeText(loaded.notice)}</p>;
  const { words, again } = reason(model);
  return (
    <p class="instead-of-heatmap">
      <span>{words}</span>
      {again && <Again secondary />}
    </p>
  );
}

/** Why there is none, and whether another run would bring one. */
function reason(model: string | null): { words: string; again?: boolean } {
  const { status, report, readOnly } = panel.value ?? {};
  const models = report?.models ?? [];
  const own = models.find(({ id }) => id === model);
  if (own?.status === 'failed')
    return {
      words: t('This model could not be scored, so there is no heatmap. Its row says why.'),
    };
  if (own?.sourceClasses === null)
    return { words: t('This model gives features and no class outputs, so there is no heatmap.') };
  if (own && report?.dataset.targets)
    return { words: t('The labels are numbers and no classes, so there is no heatmap.') };
  if (own && status === 'running')
    return { words: t('The heatmap appears when the run has ended.') };
  if (own && readOnly) return { words: t('This file holds no heatmap of this model.') };
  if (own)
    return {
      words: t('The heatmap of this model is not stored. Run again to see it.'),
      again: true,
    };
  const first = !models.some(model => model.status === 'scored');
  switch (status) {
    case 'running':
      return {
        words: model
          ? t('The heatmap appears when this model is scored.')
          : t('The heatmap appears when the first model is scored.'),
      };
    case 'cancelled':
      return {
        words: first
          ? t('The run was cancelled before any model was scored, so there is no heatmap.')
          : t('The run was cancelled before this model was scored, so there is no heatmap.'),
        again: true,
      };
    case 'failed':
      return {
        words: first
          ? t('The run stopped before any model was scored, so there is no heatmap.')
          : t('The run stopped before this model was scored, so there is no heatmap.'),
        again: true,
      };
    default:
      return {
        words: t('No model could be scored, so there is no heatmap. Each row says why.'),
        again: true,
      };
  }
}
