/** Everyday English, in which chat models are trained. */
export { everydayDefinition } from './definition.ts';
export {
  createEverydayDialect,
  createEverydayWorld,
  type EverydayDialectOptions,
  type EverydayOptions,
  type EverydayWorld,
} from './world.ts';
