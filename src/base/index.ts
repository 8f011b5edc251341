export * from './errors.ts';
export * from './random.ts';
export * from './files.ts';
export * from './clock.ts';
export * from './statistics.ts';
export * from './issues.ts';
export * from './time-limit.ts';
export * from './nearest.ts';
