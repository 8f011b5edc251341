export { composeComparisonReport } from './comparison-page.ts';
export { isComparison, loadComparisonData, type ComparisonData } from './load-comparison.ts';
