export * from './comparison-page.ts';
export { isComparison } from './load-comparison.ts';
