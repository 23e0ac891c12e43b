import type { ModelReport } from '../../src/report/schema.js';
import { Button } from '../controls.js';
import { ask } from '../host.js';
import { t } from '../l10n.js';

/** Where a model cannot be run as it is, the script that makes one of it that can: onto the clipboard. */
export function CopyScript({ reason, model }: { reason: ModelReport['reason']; model: string }) {
  const snippet = reason?.params?.snippet;
  if (typeof snippet !== 'string') return null;
  return (
    <Button
      secondary
      class="small"
      label={t('Copy the export script of {model}', { model })}
      onPress={() => ask(host => host.copy({ text: snippet }))}
    >
      {t('Copy the Export Script')}
    </Button>
  );
}
