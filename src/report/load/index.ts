export * from './absent-files.ts';
export * from './held-out.ts';
export * from './load-run.ts';
export * from './scores-schema.ts';
