export * from './checkpoints.ts';
export * from './json-lines.ts';
export * from './run-config.ts';
export * from './run-directory.ts';
