export * from './advantages.ts';
export * from './episode-metrics.ts';
export * from './math/index.ts';
export * from './ppo.ts';
export * from './settings.ts';
export * from './trainer.ts';
export * from './trajectory.ts';
