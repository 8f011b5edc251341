export * from './check-message.ts';
export * from './phrase-prompt.ts';
export * from './model-user.ts';
