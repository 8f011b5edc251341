export * from './types.ts';
export * from './list-ended.ts';
export * from './free-text/index.ts';
export * from './model/index.ts';
