import { useSignal } from '@preact/signals';
import type { ClassShare, Fits } from '../../src/protocol/fits.js';
import { barChart } from '../charts/barChart.js';
import { Exports } from '../exports.js';
import { count, percent, score } from '../format.js';
import { t } from '../l10n.js';
import { csvOf, saveText } from '../save.js';

/** Classes that are listed before the rest is asked for. */
const few = 12;

/** Each target class's part of the score, the costliest first. */
export function Shares({ fits }: { fits: Fits }) {
  const all = useSignal(false);
  const classes = [...fits.classes].sort((a, b) => a.share - b.share);
  const total = classes.reduce((sum, c) => sum + c.share, 0);
  const shown = all.value ? classes : classes.slice(0, few);
  const longest = Math.max(...shown.map(({ name }) => name.length));
  const largest = Math.min(...classes.map(c => c.share), -1e-12);
  return (
    <section class="why" aria-labelledby="shares-title">
      <header class="section-head">
        <h2 id="shares-title">{t('What each class costs')}</h2>
        <Exports
          what={t('What each class costs')}
          chart={{
            file: `${fits.model}-classes`,
            draw: () =>
              barChart(
                classes.map(one => ({ name: one.name, value: one.share, note: noteOf(one) })),
                {
                  title: `${t('What each class costs')} · ${fits.model}`,
                  subtitle: sentence(classes[0], total),
                },
              ),
          }}
          csv={() => saveText(`${fits.model}-classes.csv`, sharesCsv(classes))}
        />
      </header>
      <p class="quiet help">{sentence(classes[0], total)}</p>
      <table class="shares">
        <caption class="sr-only">
          {t('Part of each target class in the leave-one-out score, in nats; together {total}', {
            total: score(total),
          })}
        </caption>
        <colgroup>
          <col style={{ width: `calc(${Math.max(3, longest)}ch + 16px)` }} />
          <col class="share-part" />
          <col />
        </colgroup>
        <thead class="sr-only">
          <tr>
            <th scope="col">{t('Class')}</th>
            <th scope="col">{t('Part of the score')}</th>
            <th scope="col">{t('Mean of its samples')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(one => (
            <tr key={one.name} title={hint(one)}>
              <th scope="row">{one.name}</th>
              <td>
                <svg
                  class="share-bar"
                  viewBox="0 0 100 10"
                  preserveAspectRatio="none"
                  aria-hidden="true"
                >
                  <rect width={Math.max(0.5, (100 * one.share) / largest)} height="10" />
                </svg>
                <span class="share-value">{score(one.share)}</span>
              </td>
              <td class="quiet">{noteOf(one)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {classes.length > few && (
        <button type="button" class="link" onClick={() => (all.value = !all.value)}>
          {all.value ? t('Show fewer') : t('Show all {n} classes', { n: count(classes.length) })}
        </button>
      )}
    </section>
  );
}

function noteOf({ mean, count: n }: ClassShare): string {
  return t('{mean} each, {n} samples', { mean: score(mean), n: count(n) });
}

function sentence(worst: ClassShare, total: number): string {
  const part = percent(Math.min(1, worst.share / total));
  return worst.other === null
    ? t('“{name}” costs most: {share} of {total} nats ({part}).', {
        ...{ name: worst.name, share: score(worst.share), total: score(total), part },
      })
    : t(
        '“{name}” costs most: {share} of {total} nats ({part}). The source class that carries it, “{source}”, carries “{other}” too.',
        {
          ...{ name: worst.name, share: score(worst.share), total: score(total), part },
          ...{ source: worst.source, other: worst.other },
        },
      );
}

function hint({ name, source, other, mean }: ClassShare): string {
  const params = { name, source, mean: score(mean) };
  return other === null
    ? t('{name}: {mean} nats a sample; carried by {source}', params)
    : t('{name}: {mean} nats a sample; carried by {source} (also of {other})', {
        ...params,
        other,
      });
}

function sharesCsv(classes: readonly ClassShare[]): string {
  return csvOf([
    ['class', 'samples', 'share', 'mean', 'source', 'other'],
    ...classes.map(c => [c.name, c.count, c.share, c.mean, c.source, c.other ?? '']),
  ]);
}
