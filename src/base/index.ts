export * from './errors.ts';
export * from './random.ts';
export * from './files.ts';
export * from './clock.ts';
export * from './statistics.ts';
export * from './nearest.ts';
