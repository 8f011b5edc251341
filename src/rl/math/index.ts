export * from './advantages.ts';
export * from './dpo.ts';
export * from './gae.ts';
export * from './kl.ts';
export * from './policy-loss.ts';
