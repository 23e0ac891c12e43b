import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { Button, Checkbox } from '../controls.js';
import { t } from '../l10n.js';
import { changeView, view } from '../state.js';
import { fixedColumns } from './columns.js';
import { allColumns } from './shown.js';
import './columnPicker.css';

/** Which columns the table has: opens below its button, closes by Escape. */
export function ColumnPicker() {
  const open = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  const { hidden } = view.value;
  const change = (id: string, shown: boolean) =>
    changeView({ hidden: shown ? hidden.filter(other => other !== id) : [...hidden, id] });
  const close = () => {
    open.value = false;
    box.current?.querySelector<HTMLElement>('.picker-button')?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is heard for the controls inside
    <div
      ref={box}
      class="picker"
      onKeyDown={event => {
        if (event.key !== 'Escape' || !open.value) return;
        event.stopPropagation();
        close();
      }}
    >
      <Button
        secondary
        class="picker-button"
        expanded={open.value}
        onPress={() => {
          open.value = !open.value;
        }}
      >
        {t('Columns')}
      </Button>
      {open.value && (
        <fieldset class="picker-box">
          <legend class="sr-only">{t('Columns of the table')}</legend>
          {allColumns.value
            .filter(({ id }) => !fixedColumns.includes(id))
            .map(({ id, label }) => (
              <Checkbox
                key={id}
                checked={!hidden.includes(id)}
                onChange={shown => change(id, shown)}
              >
                {label}
              </Checkbox>
            ))}
          <Button secondary onPress={() => changeView({ hidden: [] })}>
            {t('Show All')}
          </Button>
        </fieldset>
      )}
    </div>
  );
}
