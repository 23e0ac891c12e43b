import { Button } from './controls.js';
import { t } from './l10n.js';

/** Buttons that save a chart in each of its forms. */
export function Exports(props: {
  what: string;
  png?: () => void;
  svg?: () => void;
  csv: () => void;
}) {
  const forms = [
    ['PNG', props.png],
    ['SVG', props.svg],
    ['CSV', props.csv],
  ] as const;
  return (
    <span class="exports">
      {forms.map(
        ([form, save]) =>
          save && (
            <Button
              key={form}
              secondary
              label={t('Save “{what}” as {form}', { what: props.what, form })}
              onPress={save}
            >
              {form}
            </Button>
          ),
      )}
    </span>
  );
}
