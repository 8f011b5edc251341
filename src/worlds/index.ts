/** The worlds people can be met in, what one is made of, and which there are. */
export {
  defineWorld,
  readOwnSettings,
  type AskedModel,
  type CommonWorldSettings,
  type ListedPeople,
  type ModelNeed,
  type OpenedWorld,
  type OpenWorldOptions,
  type SettingsShape,
  type SpelledMessage,
  type Speller,
  type UnknownWord,
  type Vocabulary,
  type WorldDefinition,
  type WorldModels,
} from './definition.ts';
export * from './free-text/index.ts';
export {
  applyParts,
  pickParts,
  type OwnRewards,
  type RewardDefinition,
  type UserSituation,
  type UsersDefinition,
  type WorldParts,
} from './parts.ts';
export { defaultWorld, findWorld, findWorldWithSetting, worldDefinitions } from './registry.ts';
export {
  createSmallWorld,
  createSmallWorldDialect,
  createSpeller,
  fragmentSkill,
  mediocreSkill,
  oracleSkill,
  smallWorldDefinition,
  type SmallWorld,
  type SmallWorldOptions,
  type WriterSkill,
} from './small-world/index.ts';
