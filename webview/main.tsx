import { render } from 'preact';
import { Compare } from './compare/compare.js';
import { ProgressRing, registerControls } from './controls.js';
import { Evidence } from './evidence/evidence.js';
import { Heatmap } from './heatmap/heatmap.js';
import { start } from './host.js';
import './main.css';
import { Ranking } from './ranking/ranking.js';
import { panel } from './state.js';
import { Banners } from './summary/banners.js';
import { EmptyState } from './summary/emptyState.js';
import { Provenance } from './summary/provenance.js';
import { Summary } from './summary/summary.js';
import { Warnings } from './summary/warnings.js';
import { watchTheme } from './theme.js';
import { Why } from './why/why.js';

function Page() {
  const state = panel.value;
  if (!state)
    return (
      <main class="opening">
        <ProgressRing />
      </main>
    );
  document.documentElement.lang = state.locale;
  if (state.status === 'empty')
    return (
      <main>
        <Banners />
        <EmptyState />
      </main>
    );
  if (state.readOnly && !state.report)
    return (
      <main>
        <Summary />
      </main>
    );
  return (
    <main>
      <Banners />
      <Summary />
      <Warnings />
      <Ranking />
      <Heatmap />
      <Why />
      <Compare />
      <Evidence />
      <Provenance />
    </main>
  );
}

registerControls();
watchTheme();
const root = document.getElementById('root') ?? document.body;
root.textContent = '';
render(<Page />, root);
start();
