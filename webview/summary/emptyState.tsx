import { Button } from '../controls.js';
import { ask } from '../host.js';
import { t } from '../l10n.js';
import { mayRun } from '../state.js';

/** Before the first run: what the panel is for, and the way to it. */
export function EmptyState() {
  return (
    <section class="empty">
      <h1>{t('Which of my models should I fine-tune?')}</h1>
      <p>
        {t(
          'TransferLens runs each of your pretrained models once over your labelled data and ranks them by how well what they give predicts your labels, before any training. It says how sure the ranking is, and shows why.',
        )}
      </p>
      <ol>
        <li>{t('Choose a folder with models, or right-click one in the Explorer.')}</li>
        <li>
          {t(
            'Choose a dataset: images, texts or rows of numbers with their labels. The simplest is a folder of images for each class.',
          )}
        </li>
        <li>{t('Read which model leads, and the heatmap of P(y|z) that explains it.')}</li>
      </ol>
      {mayRun.value && (
        <Button onPress={() => ask(host => host.start(null))}>{t('Score Models…')}</Button>
      )}
      <p class="quiet">{t('Nothing leaves this machine.')}</p>
    </section>
  );
}
