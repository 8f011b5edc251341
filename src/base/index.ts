export * from './check-content.ts';
export * from './errors.ts';
export * from './random.ts';
export * from './files.ts';
export * from './read-files.ts';
export * from './clock.ts';
export * from './statistics.ts';
export * from './nearest.ts';
