export * from './types.ts';
export * from './list-ended.ts';
