export * from './episode-view.ts';
export * from './figures.ts';
export * from './load-run.ts';
export * from './page.ts';
export * from './report.ts';
export * from './serve.ts';
export * from './verdict.ts';
