export * from './verbs.ts';
export * from './split-clauses.ts';
export * from './split-items.ts';
export * from './load-personas.ts';
export * from './voice-item.ts';
export * from './phrasings.ts';
export * from './free-text-user.ts';
