// Every measure, one line each. The order in which they are shown is decided in index.ts.
export { etran } from './etran.js';
export { fileSize } from './fileSize.js';
export { gbc } from './gbc.js';
export { knn } from './knn.js';
export { leep } from './leep.js';
export { leepBalanced } from './leepBalanced.js';
export { leepLoo } from './leepLoo.js';
export { leepNormalised } from './leepNormalised.js';
export { leepNull } from './leepNull.js';
export { nce } from './nce.js';
export { nceCorrected } from './nceCorrected.js';
export { parameters } from './parameters.js';
export { parc } from './parc.js';
export { ridgeProbe } from './ridgeProbe.js';
export { sfda } from './sfda.js';
export { sourceAccuracy } from './sourceAccuracy.js';
export { transRate } from './transRate.js';
