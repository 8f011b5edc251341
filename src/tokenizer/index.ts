export type { Tokenizer } from './types.ts';
export { loadTokenizer } from './load.ts';
export { writeTokenizerFiles, type TokenizerFiles } from './files.ts';
export { createWordLevelTokenizer, unknownToken, type WordLevelOptions } from './word-level.ts';
export { type ByteLevelOptions, trainByteLevelBpe } from './byte-level-bpe.ts';
export { renderGgufTokenizer, type TokenizerJson } from './gguf-tokenizer.ts';
export { composeGgufTokenizer, readTokenizerJson } from './gguf-metadata.ts';
