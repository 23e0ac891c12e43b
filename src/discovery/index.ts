export { leftOut, worthRunning } from '../models/index.js';
export { coalesce } from './coalesce.js';
export { type DiscoverOptions, type Discovery, discover } from './discover.js';
export { formatName, layoutName } from './names.js';
