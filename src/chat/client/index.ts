export * from './settings.ts';
export * from './tokens.ts';
export * from './ledger.ts';
export * from './limiter.ts';
export * from './waits.ts';
export * from './reply-cache.ts';
export * from './endpoint.ts';
export * from './model-client.ts';
