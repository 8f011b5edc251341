/** A closed world of slots and words in which everything works by program. */
export { smallWorldDefinition } from './definition.ts';
export { heldOutFamilies } from './families.ts';
export { createSpeller } from './words.ts';
export {
  createSmallWorld,
  createSmallWorldDialect,
  type SmallWorld,
  type SmallWorldDialectOptions,
  type SmallWorldOptions,
} from './world.ts';
