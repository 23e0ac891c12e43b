import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { ModelReport, Report } from '../../src/report/schema.js';
import { Button } from '../controls.js';
import { count, dateTime, leading } from '../format.js';
import { ask } from '../host.js';
import { t } from '../l10n.js';
import { selectedModel } from '../selection.js';
import { panel } from '../state.js';
import './provenance.css';

/** Where the numbers come from: what a paper's appendix would need. */
export function Provenance() {
  const report = panel.value?.report;
  if (!report) return null;
  return (
    <section class="provenance" aria-labelledby="provenance-title">
      <header class="section-head">
        <h2 id="provenance-title">{t('Provenance')}</h2>
      </header>
      <Facts report={report} />
      <h3>{t('Preprocessing of each model')}</h3>
      <p class="quiet help">
        {t(
          'Each sample is prepared as the model’s training did it, as far as that is known. An assumed value may be wrong, and the score then too low: correct it in the sidecar file.',
        )}
      </p>
      <Models models={report.models} />
    </section>
  );
}

function Facts({ report }: { report: Report }) {
  const { dataset, provenance } = report;
  const facts: [string, ComponentChildren][] = [
    [
      t('Dataset'),
      panel.value?.readOnly ? (
        dataset.path
      ) : (
        <button
          key="path"
          type="button"
          class="link path"
          title={t('Reveal in Explorer')}
          onClick={() => ask(host => host.reveal({ path: dataset.path }))}
        >
          {dataset.path}
        </button>
      ),
    ],
    ...(dataset.fingerprint
      ? [
          [
            t('Fingerprint'),
            <code
              key="fingerprint"
              title={t('SHA-256 of the contents and labels of the samples that were scored')}
            >
              {dataset.fingerprint.slice(0, 16)}
            </code>,
          ] as [string, ComponentChildren],
        ]
      : []),
    [t('Layout'), layoutName(dataset.layout)],
    [
      t('Samples'),
      t('{scored} scored of {available} in split “{split}”, {size} in all', {
        scored: count(dataset.scored),
        available: count(dataset.available ?? dataset.size),
        split: dataset.split,
        size: count(dataset.size),
      }),
    ],
    [t('Dropped samples'), count(provenance.dropped)],
    dataset.targets
      ? [t('Labels'), t('the numbers of {names}', { names: dataset.targets.join(', ') })]
      : [t('Target classes'), <Classes key="classes" names={dataset.classes} />],
    [t('Seed'), String(provenance.seed)],
    [
      t('Versions'),
      [
        `TransferLens ${provenance.version}`,
        ...Object.entries(provenance.runtimes).map(pair => pair.join(' ')),
      ].join(' · '),
    ],
    [t('Date'), dateTime(provenance.date)],
  ];
  return (
    <dl>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Class names; of very many the first ones. */
function Classes({ names }: { names: readonly string[] }) {
  const all = useSignal(false);
  const most = 30;
  const shown = all.value ? names : names.slice(0, most);
  return (
    <>
      {t('{n}: {names}', { n: count(names.length), names: shown.join(', ') })}
      {names.length > shown.length && (
        <>
          {', … '}
          <button
            type="button"
            class="link"
            onClick={() => {
              all.value = true;
            }}
          >
            {t('Show all')}
          </button>
        </>
      )}
    </>
  );
}

/** The models by name, the selected one open; of very many the first ones and the selected one. */
function Models({ models }: { models: readonly ModelReport[] }) {
  const all = useSignal(false);
  const selected = selectedModel.value;
  const most = 20;
  const shown = models.filter((model, i) => all.value || i < most || model.id === selected);
  return (
    <>
      {shown.map(model => (
        <ModelDetails key={model.id} model={model} open={model.id === selected} />
      ))}
      {models.length > shown.length && (
        <p class="more">
          <Button
            secondary
            onPress={() => {
              all.value = true;
            }}
          >
            {t('Show all {n} models', { n: count(models.length) })}
          </Button>
        </p>
      )}
    </>
  );
}

/** The preprocessing of one model, value by value, with where each came from. */
function ModelDetails({ model, open }: { model: ModelReport; open: boolean }) {
  const opened = useSignal<boolean | null>(null);
  const isOpen = opened.value ?? open;
  const values = [
    ...Object.entries(model.preprocessing),
    ...(model.outputKind ? [['outputKind', model.outputKind] as const] : []),
  ];
  const assumed = Object.values(model.preprocessing).filter(
    ({ from }) => from === 'default',
  ).length;
  return (
    <details
      open={isOpen}
      onToggle={event => {
        const now = event.currentTarget.open;
        if (now !== isOpen) opened.value = now;
      }}
    >
      <summary>
        <span class="name-text">{model.name}</span>
        {assumed > 0 && (
          <span class="badge assumed">
            {assumed === 1 ? t('1 value assumed') : t('{n} values assumed', { n: assumed })}
          </span>
        )}
      </summary>
      {isOpen && (
        <div class="details-body">
          {values.length > 0 && (
            <div class="table-box">
              <table class="facts">
                <thead>
                  <tr>
                    <th scope="col">{t('Key')}</th>
                    <th scope="col">{t('Value')}</th>
                    <th scope="col">{t('From')}</th>
                  </tr>
                </thead>
                <tbody>
                  {values.map(([key, { value, from }]) => (
                    <tr key={key} class={from === 'default' ? 'assumed' : undefined}>
                      <th scope="row">{key}</th>
                      <td>
                        <code>{valueText(value)}</code>
                      </td>
                      <td>{fromText(from)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
          <p class="details-foot">
            {!panel.value?.readOnly && (
              <Button
                secondary
                label={t('Correct the preprocessing of {model}', { model: model.name })}
                onPress={() => ask(host => host.editPreprocessing({ model: model.id }))}
              >
                {t('Correct…')}
              </Button>
            )}
            {model.status === 'scored' && (
              <span class="quiet">
                {t('Loaded in {load} s, inference {infer} s, scoring {score} s', {
                  load: leading(model.seconds.load),
                  infer: leading(model.seconds.infer),
                  score: leading(model.seconds.score),
                })}
              </span>
            )}
          </p>
        </div>
      )}
    </details>
  );
}

function layoutName(layout: string): string {
  switch (layout) {
    case 'imageFolder':
      return t('image folder, a subfolder for each class');
    case 'predictions':
      return t('predictions with labels of their own');
    case 'numpy':
      return t('NumPy arrays');
    case 'cifar':
      return t('CIFAR, binary');
    case 'table':
      return t('table');
    case 'parquet':
      return 'Parquet';
    case 'webDataset':
      return 'WebDataset';
    case 'idx':
    case 'hdf5':
      return layout.toUpperCase();
    default:
      return layout;
  }
}

/** A value of the preprocessing for reading: sizes as 28 × 28, a factor as 1/255. */
function valueText(value: unknown): string {
  if (value === null || value === undefined) return t('none');
  if (typeof value === 'number') return numberText(value);
  if (Array.isArray(value)) return value.map(valueText).join(', ');
  if (typeof value !== 'object') return String(value);
  const { height, width, ...rest } = value as Record<string, unknown>;
  const size = height === undefined ? [] : [`${valueText(height)} × ${valueText(width)}`];
  return [...Object.values(rest).map(valueText), ...size].join(' ');
}

function numberText(value: number): string {
  const inverse = Math.round(1 / value);
  if (inverse > 1 && Math.abs(value * inverse - 1) < 1e-6) return `1/${inverse}`;
  return String(Number(value.toPrecision(6)));
}

function fromText(from: string): string {
  if (from === 'default') return t('assumed (default)');
  if (from === 'graph') return t('the model’s graph');
  if (from === 'values') return t('seen in the outputs');
  return from;
}
