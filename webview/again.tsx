import { Button } from './controls.js';
import { ask } from './host.js';
import { t } from './l10n.js';
import { mayRun, panel } from './state.js';

/** Goes on with a run that was cancelled, or runs an ended one again; nothing where nothing may be run. */
export function Again({ secondary }: { secondary?: boolean }) {
  if (!mayRun.value) return null;
  return (
    <Button secondary={secondary} onPress={() => ask(host => host.retry(null))}>
      {panel.value?.status === 'cancelled' ? t('Resume') : t('Run Again')}
    </Button>
  );
}
