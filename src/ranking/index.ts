export { type Agreement, agreement, kendall, type Opinion } from './agreement.js';
export { type Difference, differences } from './differences.js';
export { type Groups, jackknifeGroups } from './groups.js';
export { interval } from './jackknife.js';
export { type Candidate, type Ranking, rank } from './rank.js';
export { type RegimeCheck, type RunFacts, regimeChecks, type ScoredModel } from './regime.js';
export { beatsNull } from './signal.js';
