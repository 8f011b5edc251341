export * from './demonstrator.ts';
export * from './practice.ts';
export * from './world.ts';
