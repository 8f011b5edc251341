/** A closed world of slots and words in which everything works by program. */
export { smallWorldDefinition } from './definition.ts';
export { fragmentSkill, mediocreSkill, oracleSkill, type WriterSkill } from './demonstrator.ts';
export { createSpeller } from './words.ts';
export {
  createSmallWorld,
  createSmallWorldDialect,
  type SmallWorld,
  type SmallWorldOptions,
} from './world.ts';
