export * from './types.ts';
export * from './conversation.ts';
export * from './plans.ts';
export * from './summary.ts';
