export { type Coalesced, coalesce } from './coalesce.js';
export { type DiscoverOptions, type Discovery, discover } from './discover.js';
