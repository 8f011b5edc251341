export * from './types.ts';
export { episodeSchema } from './episode-schema.ts';
export * from './context.ts';
export * from './conversation.ts';
export * from './plans.ts';
export * from './summary.ts';
export * from './rescore.ts';
export * from './whole-profile.ts';
