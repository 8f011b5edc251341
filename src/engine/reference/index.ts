/** The float64 reference interpreter. */
export { interpret } from './interpret.ts';
export type { ReferenceFeeds } from './interpret.ts';
export type { Tensor64 } from './tensor64.ts';
