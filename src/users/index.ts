export * from './types.ts';
export * from './free-text/index.ts';
export * from './model/index.ts';
