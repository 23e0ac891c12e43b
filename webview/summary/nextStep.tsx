import { useSignal } from '@preact/signals';
import { Button } from '../controls.js';
import { ask } from '../host.js';
import { t } from '../l10n.js';
import { panel } from '../state.js';
import './nextStep.css';

/** What to do next with the first of the ranking: a script that trains it, to read and to copy. */
export function NextStep() {
  const copied = useSignal('');
  const state = panel.value;
  const next = state?.status === 'done' ? state.report?.next : undefined;
  if (!next) return null;
  const model = state?.report?.models.find(({ id }) => id === next.model)?.name ?? next.model;
  const words =
    next.intent === 'fineTune'
      ? t('Next: fine-tune {model}', { model })
      : t('Next: train a new head on {model}', { model });
  return (
    <details class="next-step">
      <summary>{words}</summary>
      <div class="next-body">
        <p class="quiet">
          {next.language === 'python'
            ? t(
                'A Python script with this model’s preprocessing and your classes. Its first lines say which packages it needs.',
              )
            : t(
                'A Node.js script with this model’s preprocessing and your classes. Its first lines say which packages it needs.',
              )}
        </p>
        <Button
          secondary
          onPress={() => {
            ask(host => host.copy({ text: next.script }));
            copied.value = next.script;
          }}
        >
          {copied.value === next.script ? t('Copied') : t('Copy Script')}
        </Button>
        {/* Scrolls by keyboard, so it can be reached. */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls */}
        <section class="script" tabIndex={0} aria-label={words}>
          <pre>{next.script}</pre>
        </section>
      </div>
    </details>
  );
}
