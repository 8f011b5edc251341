export * from './types.ts';
export * from './conversation.ts';
export * from './plans.ts';
export * from './summary.ts';
export * from './free-text/index.ts';
export * from './small-world/index.ts';
export * from './call-estimate.ts';
export * from './rescore.ts';
