export * from './world.ts';
export { mediocreSkill, fragmentSkill, oracleSkill } from './demonstrator.ts';
export type { WriterSkill } from './demonstrator.ts';
export * from './words.ts';
