import { useComputed } from '@preact/signals';
import { ProgressRing } from '../controls.js';
import { noticeText, t } from '../l10n.js';
import { selectedModel } from '../selection.js';
import { panel } from '../state.js';
import { Shares } from './shares.js';
import { fitsArrived, fitsOf, type LoadedFits } from './source.js';
import './why.css';
import { Worst } from './worst.js';

/** Which classes cost a model its score, and which images. */
export function Why() {
  const loaded = useComputed<LoadedFits | null>(() => {
    fitsArrived.value;
    const state = panel.value;
    return state && selectedModel.value ? fitsOf(state, selectedModel.value) : null;
  }).value;
  if (!loaded || loaded.status === 'absent') return null;
  if (loaded.status === 'ready')
    return (
      <>
        <Shares fits={loaded.fits} />
        <Worst fits={loaded.fits} />
      </>
    );
  return (
    <section class="why" aria-label={t('Classes and samples')}>
      <p class="instead-of-heatmap small">
        {loaded.status === 'loading' ? (
          <>
            <ProgressRing /> {t('Looking at classes and samples…')}
          </>
        ) : (
          noticeText(loaded.notice)
        )}
      </p>
    </section>
  );
}
