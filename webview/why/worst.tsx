import { useSignal } from '@preact/signals';
import type { Fits, WorstSample } from '../../src/protocol/fits.js';
import type { SamplePlace } from '../../src/protocol/place.js';
import { count, percent, score } from '../format.js';
import { ask } from '../host.js';
import { sentences, t } from '../l10n.js';

/** The samples that fit worst: hard, or labelled wrong. */
export function Worst({ fits }: { fits: Fits }) {
  const { samples } = fits;
  if (samples.length === 0) return null;
  return (
    <section class="why" aria-labelledby="worst-title">
      <header class="section-head">
        <h2 id="worst-title">{t('What fits worst')}</h2>
      </header>
      <p class="quiet help">{introduction(samples.filter(({ suspect }) => suspect).length)}</p>
      <ul class={samples.some(({ text }) => text !== undefined) ? 'worst texts' : 'worst'}>
        {samples.map(sample => (
          <li key={sample.name}>
            <Sample sample={sample} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function introduction(suspects: number): string {
  const marked =
    suspects === 0
      ? t('None of these is a probable label error.')
      : suspects === 1
        ? t(
            '1 is marked as a probable label error: the model is as sure of the other class there as of that class’s own samples.',
          )
        : t(
            '{n} are marked as probable label errors: the model is as sure of the other class there as of that class’s own samples.',
            { n: count(suspects) },
          );
  return sentences([
    t(
      'Hard, or labelled wrong. Below each: its label, and the class that the model finds likelier.',
    ),
    marked,
  ]);
}

function Sample({ sample }: { sample: WorstSample }) {
  const { name, place, image, text, label, likeliest, probability, logLikelihood, suspect } =
    sample;
  const inner = (
    <>
      <span class="worst-look">
        {image ? <img src={image} alt="" /> : <span class="worst-text">{text ?? name}</span>}
        {suspect && (
          <span class="worst-mark" aria-hidden="true">
            ?
          </span>
        )}
      </span>
      {text !== undefined && <span class="worst-name quiet">{name}</span>}
      <span class="worst-label">{label}</span>
      <span class="worst-other quiet">
        {likeliest === label
          ? score(logLikelihood)
          : t('{class} ({p})', { class: likeliest, p: percent(probability) })}
      </span>
    </>
  );
  const title = [
    t('{name}: labelled {label}, log-likelihood {value} nats', {
      ...{ name, label, value: score(logLikelihood) },
    }),
    ...(likeliest === label
      ? []
      : [t('more likely {class} ({p})', { class: likeliest, p: percent(probability) })]),
    ...(suspect ? [t('probably labelled wrong')] : []),
  ].reduce((first, second) => t('{first}; {second}', { first, second }));
  const look = `worst-one ${suspect ? 'suspect' : ''}`;
  if (!place || place.kind === 'row')
    return (
      <span class={look} title={title}>
        {inner}
        <span class="sr-only">{title}</span>
        {place && <CopyName name={name} />}
      </span>
    );
  return (
    <button
      type="button"
      class={look}
      title={`${title}\n${hintOf(place)}`}
      onClick={() => ask(host => host.open(place))}
      onContextMenu={event => {
        event.preventDefault();
        ask(host => host.reveal({ path: place.file }));
      }}
    >
      {inner}
      <span class="sr-only">{title}</span>
    </button>
  );
}

/** What a click does where there is something to open. */
function hintOf({ kind }: SamplePlace): string {
  if (kind === 'lines')
    return t('Click opens its line, right-click shows the file in the Explorer.');
  if (kind === 'copy') return t('Click opens a copy, right-click shows its file in the Explorer.');
  return t('Click opens it, right-click shows it in the Explorer.');
}

/** Where a row of numbers is: it can be looked up elsewhere. */
function CopyName({ name }: { name: string }) {
  const copied = useSignal(false);
  const label = t('Copy “{text}”', { text: name });
  return (
    <span class="worst-copy">
      <button
        type="button"
        class="link"
        aria-label={label}
        title={label}
        onClick={() => {
          ask(host => host.copy({ text: name }));
          copied.value = true;
        }}
      >
        {t('Copy')}
      </button>{' '}
      <span class="quiet" role="status">
        {copied.value && t('Copied')}
      </span>
    </span>
  );
}
