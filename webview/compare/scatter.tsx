import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type Point, scatterChart } from '../charts/scatterChart.js';
import { Dropdown } from '../controls.js';
import { Exports } from '../exports.js';
import { count, score } from '../format.js';
import { t } from '../l10n.js';
import { measureText } from '../measures.js';
import { filteredRows } from '../ranking/shown.js';
import { csvOf, saveText } from '../save.js';
import { panel, view } from '../state.js';
import { cssVariable, themeChanges } from '../theme.js';
import { type Chart, chartIn } from './chart.js';
import { useWhenSeen } from './whenSeen.js';

/** One measure against another, a point a model: where they agree, the points lie along a line. */
export function Scatter({ ids }: { ids: readonly string[] }) {
  const report = panel.value?.report ?? null;
  const chosen = useSignal<{ x: string; y: string }>({ x: ids[1], y: ids[0] });
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const x = ids.includes(chosen.value.x) ? chosen.value.x : ids[1];
  const y = ids.includes(chosen.value.y) ? chosen.value.y : ids[0];
  const label = (id: string) => measureText(id, report).label;
  const points = filteredRows.value.flatMap((row): Point[] => {
    const [a, b] = [row.model?.scores[x]?.value ?? null, row.model?.scores[y]?.value ?? null];
    const compared = view.value.compare.includes(row.id);
    return a === null || b === null ? [] : [{ name: row.name, x: a, y: b, compared }];
  });
  const theme = themeChanges.value;

  useLayoutEffect(() => {
    if (!box.current) return;
    const made = chartIn(box.current);
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);
  useWhenSeen(
    box,
    () => chart.current?.setOption(optionsOf(points, label(x), label(y)), { notMerge: true }),
    [theme, JSON.stringify([points, label(x), label(y)])],
  );

  const options = ids.map(id => ({ value: id, text: label(id) }));
  const name = `${y}-${x}`;
  return (
    <div class="chart">
      <div class="chart-head">
        <h3>{t('Measure against measure')}</h3>
        <Dropdown
          label={t('Across')}
          value={x}
          options={options}
          onChange={value => {
            chosen.value = { x: value, y };
          }}
        />
        <Dropdown
          label={t('Upwards')}
          value={y}
          options={options}
          onChange={value => {
            chosen.value = { x, y: value };
          }}
        />
        <Exports
          what={t('Measure against measure')}
          chart={{
            file: name,
            draw: () =>
              scatterChart(points, {
                title: t('Measure against measure'),
                subtitle: t('{n} models on {dataset}', {
                  ...{ n: count(points.length), dataset: report?.dataset.name ?? '' },
                }),
                ...{ x: label(x), y: label(y) },
              }),
          }}
          csv={() =>
            saveText(
              `${name}.csv`,
              csvOf([['model', x, y], ...points.map(p => [p.name, p.x, p.y])]),
            )
          }
        />
      </div>
      <div
        ref={box}
        class="chart-box"
        role="img"
        aria-label={t('{n} models by {y} and {x}; their values are in the ranking', {
          n: points.length,
          y: label(y),
          x: label(x),
        })}
      />
    </div>
  );
}

function optionsOf(points: readonly Point[], x: string, y: string): Record<string, unknown> {
  const text = cssVariable('--vscode-foreground');
  const quiet = cssVariable('--quiet') || text;
  const accent = cssVariable('--accent');
  const fontFamily = getComputedStyle(document.body).fontFamily;
  const across = points.map(p => p.x);
  const middle = (Math.min(...across) + Math.max(...across)) / 2;
  const axis = (name: string) => ({
    type: 'value',
    name,
    scale: true,
    // No point lies on an axis.
    boundaryGap: ['5%', '5%'],
    nameLocation: 'middle',
    nameTextStyle: { color: text },
    axisLabel: { color: quiet, formatter: (value: number) => String(value).replace('-', '−') },
    axisLine: { show: true, lineStyle: { color: quiet } },
    splitLine: { lineStyle: { color: quiet, opacity: 0.2 } },
  });
  return {
    animation: false,
    textStyle: { fontFamily, color: text },
    grid: { left: 72, right: 24, top: 20, bottom: 52 },
    xAxis: { ...axis(x), nameGap: 30 },
    yAxis: { ...axis(y), nameGap: 50 },
    tooltip: {
      renderMode: 'richText',
      backgroundColor: cssVariable('--vscode-editorHoverWidget-background') || undefined,
      borderColor: cssVariable('--vscode-editorHoverWidget-border') || undefined,
      textStyle: { color: cssVariable('--vscode-editorHoverWidget-foreground') || text },
      formatter: ({ data }: { data: { name: string; value: number[] } }) =>
        `${data.name}\n${x} ${score(data.value[0])}\n${y} ${score(data.value[1])}`,
    },
    series: [
      {
        type: 'scatter',
        data: points.map(p => ({
          name: p.name,
          value: [p.x, p.y],
          symbol: p.compared ? 'diamond' : 'circle',
          symbolSize: p.compared ? 14 : 9,
          // To the side where there is room.
          label: { position: p.x > middle ? 'left' : 'right' },
        })),
        itemStyle: { color: accent },
        label: {
          show: points.length <= 60,
          formatter: '{b}',
          color: text,
          width: 160,
          overflow: 'truncate',
        },
        labelLayout: { hideOverlap: true },
      },
    ],
  };
}
