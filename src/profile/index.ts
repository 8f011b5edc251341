export * from './types.ts';
export * from './schema.ts';
export * from './changes.ts';
export * from './item-words.ts';
export * from './item-topics.ts';
export * from './item-questions.ts';
export * from './question-topics.ts';
