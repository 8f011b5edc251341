export * from './choose-person.ts';
export * from './describe-talk.ts';
export * from './pair-text.ts';
export * from './render-pair.ts';
export * from './section.ts';
