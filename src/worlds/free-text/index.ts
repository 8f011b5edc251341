export * from './demonstrator.ts';
export * from './practice.ts';
export * from './schema.ts';
export * from './text-judge.ts';
export * from './text-turn-rewards.ts';
export * from './world.ts';
export * from './users/index.ts';
export * from './model-users/index.ts';
