export * from './types.ts';
export * from './free-text/index.ts';
