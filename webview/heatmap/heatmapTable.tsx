import { useSignal } from '@preact/signals';
import { Button } from '../controls.js';
import { count, images, probability, share } from '../format.js';
import { t } from '../l10n.js';
import type { Matrix } from './matrix.js';

/** Rows that are added at a time: a table of a thousand by a hundred cells would take seconds. */
const pageSize = 50;

/** The same heatmap as a table of numbers, for screen readers and for reading exactly. */
export function HeatmapTable({ matrix, sources }: { matrix: Matrix; sources: readonly number[] }) {
  const limit = useSignal(pageSize);
  const stride = matrix.sourceClasses.length;
  const shown = sources.slice(0, limit.value);
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls is reached by keyboard */}
      <section class="table-box" tabIndex={0} aria-label={t('P(y|z) as a table')}>
        <table class="matrix">
          <thead>
            <tr>
              <th scope="col" class="name">
                {t('Source class')}
              </th>
              <th scope="col">P(z)</th>
              {matrix.targetClasses.map((name, y) => (
                <th key={y} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(z => (
              <tr key={z}>
                <th scope="row" class="name">
                  {matrix.sourceClasses[z]}
                </th>
                <td>{share(matrix.weight[z])}</td>
                {matrix.targetClasses.map((_, y) => (
                  <td key={y} title={images(matrix.hard[y * stride + z])}>
                    {matrix.weight[z] > 0 ? probability(matrix.conditional[y * stride + z]) : '–'}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {sources.length > shown.length && (
        <p class="more">
          <Button
            secondary
            onPress={() => {
              limit.value += pageSize;
            }}
          >
            {t('Show more ({n} left)', { n: count(sources.length - shown.length) })}
          </Button>
        </p>
      )}
    </>
  );
}
