export * from './types.ts';
export * from './load.ts';
export { writeTokenizerFiles, type TokenizerFiles } from './files.ts';
export * from './word-level.ts';
export * from './byte-level-bpe.ts';
