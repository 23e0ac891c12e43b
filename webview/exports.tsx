import type { Drawing } from './charts/drawing.js';
import { svgOf } from './charts/drawing.js';
import { Button } from './controls.js';
import { t } from './l10n.js';
import { saveDrawing, saveText } from './save.js';

interface ExportsProps {
  /** Name of the chart, as the buttons say it. */
  what: string;
  /** A chart that can be drawn anew for a file, and the file's name without its ending. */
  chart?: { file: string; draw: () => Drawing };
  /** A chart that is a picture already. */
  png?: () => void;
  csv: () => void;
}

/** Buttons that save a chart in each of its forms: as a picture, as a drawing, as its numbers. */
export function Exports({ what, chart, png, csv }: ExportsProps) {
  const forms = [
    ['PNG', chart ? () => void saveDrawing(`${chart.file}.png`, chart.draw()) : png],
    ['SVG', chart && (() => saveText(`${chart.file}.svg`, svgOf(chart.draw())))],
    ['CSV', csv],
  ] as const;
  return (
    <span class="exports">
      {forms.map(
        ([form, save]) =>
          save && (
            <Button
              key={form}
              secondary
              label={t('Save “{what}” as {form}', { what, form })}
              onPress={save}
            >
              {form}
            </Button>
          ),
      )}
    </span>
  );
}
