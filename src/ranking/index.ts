export { agreement, kendall } from './agreement.js';
export { differences } from './differences.js';
export { jackknifeGroups } from './groups.js';
export { interval } from './jackknife.js';
export { type Candidate, rank } from './rank.js';
export { type RunFacts, regimeChecks, type ScoredModel } from './regime.js';
export { beatsNull } from './signal.js';
