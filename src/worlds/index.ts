export * from './free-text/index.ts';
export * from './small-world/index.ts';
