export { leftOut, worthRunning } from '../models/index.js';
export { formatName, hasOutputs, layoutName, takesSamples } from './byId.js';
export { coalesce } from './coalesce.js';
export { type DiscoverOptions, type Discovery, discover } from './discover.js';
export { isTelling } from './telling.js';
