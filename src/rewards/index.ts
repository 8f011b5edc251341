export * from './types.ts';
export * from './profile-score.ts';
export * from './profile-reward.ts';
export * from './authors.ts';
export * from './response-reward.ts';
export * from './turn-rewards.ts';
