/**
 * What a kind of world is to the rest of the package: its name, its own settings, and how it opens.
 *
 * A world is one folder and one definition. Nothing outside `worlds/` knows which worlds there are;
 * a user's own file defines one in the same way.
 */
import { z } from 'zod';
import type { RandomSource } from '../base/index.ts';
import type { ChatModel, EmbeddingModel } from '../chat/index.ts';
import type { ScriptedAssistant, World } from '../env/index.ts';
import type { ProfileItem } from '../profile/index.ts';
import type { Dialect, ProfileMode } from '../protocol/index.ts';
import type { RewardSettings } from '../rewards/index.ts';
import type { Persona } from '../users/index.ts';

/** Settings that every world takes, under `world`. */
export type CommonWorldSettings = {
  /** What a profile block lists. */
  readonly profileMode: ProfileMode;
  /** Last turns a policy is shown beside the kept profile; 0 for the whole conversation. */
  readonly contextTurns: number;
  /** Whether a system prompt tells the policy what to write. */
  readonly explainsProtocol: boolean;
  /** Which profile reward a turn earns; the others are logged. */
  readonly profileReward: RewardSettings['profile'];
  /** What is taken off a reward. */
  readonly penalties: RewardSettings['penalties'];
};

/** A remote chat model, and how it is asked. */
export type AskedModel = {
  readonly chat: ChatModel;
  readonly maxTokens: number;
  readonly temperature: number;
};

/** Remote models that a world's settings ask for. */
export type WorldModels = {
  /** Finds the words of simulated users. */
  readonly user?: AskedModel;
  /** Says which items state the same. */
  readonly matcher?: AskedModel;
  readonly embeddings?: EmbeddingModel;
};

/** A remote model that a setting asks for. */
export type ModelNeed = {
  readonly model: keyof WorldModels;
  /** The setting, for messages: `world.users.kind is model`. */
  readonly because: string;
  /** How often one message may be asked for again. */
  readonly retries?: number;
};

/** Where the tokens of a new model come from: a closed list of words, or texts to learn pieces from. */
export type Vocabulary =
  | {
      readonly kind: 'words';
      /** Every word that can occur, each once. */
      readonly words: readonly string[];
      /** Words that are never split and that a reader may leave out. */
      readonly specials: readonly string[];
    }
  | { readonly kind: 'texts'; readonly texts: readonly string[] };

/** People from a file, each of whom can be met in turn. */
export type ListedPeople = {
  readonly train: readonly Persona[];
  /** Held out of training; the same list where there are too few to split. */
  readonly test: readonly Persona[];
  /** Neither trained nor tested on, to choose a policy on; absent or empty for nobody. */
  readonly validation?: readonly Persona[];
  readonly skippedRows: number;
};

export type { ScriptedAssistant };

/** A world with people in it. */
export type OpenedWorld = {
  readonly world: World;
  /** Absent where people are made up. */
  readonly people?: ListedPeople;
  /**
   * Worlds to demonstrate in, for the warm start: short talks full of things to write down, and whole
   * ones. The world itself by default.
   */
  readonly practice?: { readonly dense: World; readonly dialogues: World };
  /** Floors and ceilings, worst first; none by default. */
  readonly scripts?: readonly ScriptedAssistant[];
  /** Collects the vocabulary of a new model, from the training part alone. */
  collectVocabulary(random: RandomSource): Promise<Vocabulary>;
  /** Where a fact goes that is said as a sentence: "I have a dog." Absent where any such has no place. */
  placeFact?(sentence: string): ProfileItem;
  /** What was never demonstrated, for the record of a base; nothing by default. */
  readonly heldOut?: string;
};

/** A message in the spelling of a closed vocabulary, and the words that are not in it. */
export type SpelledMessage = {
  readonly message: string;
  readonly unknownWords: readonly UnknownWord[];
};

export type UnknownWord = { readonly word: string; readonly nearest: string | null };

export type Speller = (text: string) => SpelledMessage;

/** What one person says in a written conversation, and what is to be known of them at the end. */
export type WrittenTalk = {
  readonly messages: readonly string[];
  /** By slot; a value counts that holds one of the given ones as whole words. */
  readonly expected: Readonly<Record<string, readonly string[]>>;
};

/** Settings of one kind, each checked by its own schema, which gives its default too. */
export type SettingsShape = Readonly<Record<string, z.ZodType>>;

export type OpenWorldOptions<Shape extends SettingsShape> = {
  readonly settings: CommonWorldSettings & z.output<z.ZodObject<Shape>>;
  readonly models: WorldModels;
  /** People that stand in for the world's own: those of saved conversations, say. */
  readonly people?: readonly Persona[];
  /** Takes a line for a person. */
  readonly log: (text: string) => void;
};

/** One kind of world. */
export interface WorldDefinition<Shape extends SettingsShape = SettingsShape> {
  /** What `world.kind` names it by. */
  readonly kind: string;
  /** Names of earlier versions, whose saved conversations it can judge. */
  readonly earlierNames?: readonly string[];
  /** What it is, in a line. */
  readonly summary: string;
  /** Messages to begin a chat with, for a person who does not know its words; none by default. */
  readonly examples?: readonly string[];
  /** Written conversations that a policy can be measured on; none by default. */
  readonly writtenTalks?: readonly WrittenTalk[];
  /** Its own settings, beside the common ones; none by default. */
  readonly settings?: Shape;
  /**
   * Own settings that name a file or a folder; none by default. Where a run folder of somebody else
   * names one, it is read only if the person allows it.
   */
  readonly files?: readonly (keyof Shape & string)[];
  /** Settings of the package to start from where none are named; by default those of the default world. */
  readonly preset?: string;
  /** Whether a training run measures held-out people before and after; by default it does not. */
  readonly measuresRuns?: boolean;
  /** Most tokens of an output, where no run says. */
  readonly maxTokens: number;
  /** Creates what is spoken in it, which is all a chat needs: nobody is simulated there. */
  createDialect(settings: CommonWorldSettings & z.output<z.ZodObject<Shape>>): Dialect;
  /** Sentences that a note may stand for, beside its value, to hold it against facts that others wrote; none by default. */
  sayNote?(item: ProfileItem): readonly string[];
  /** Opens it. Throws `ConfigError` or `DataError` for people who cannot be read. */
  open(options: OpenWorldOptions<Shape>): OpenedWorld;
  /** Lists the remote models that its settings ask for; none by default. */
  listModels?(settings: z.output<z.ZodObject<Shape>>): readonly ModelNeed[];
  /** Creates what brings a person's message into the spelling of a closed vocabulary; absent where any text is read. */
  createSpeller?(): Speller;
}

/** Defines a world; types what `open` is given by the settings' schemas. */
export function defineWorld<
  Shape extends SettingsShape,
  Definition extends WorldDefinition<Shape> = WorldDefinition<Shape>,
>(definition: Definition & WorldDefinition<Shape>): Definition {
  return definition;
}

/** Reads a world's own settings out of `world.*`, with defaults for what is left out. */
export function readOwnSettings<Shape extends SettingsShape>(
  { settings }: Pick<WorldDefinition<Shape>, 'settings'>,
  values: Readonly<Record<string, unknown>> = {},
): z.output<z.ZodObject<Shape>> {
  return z.object(settings ?? ({} as Shape)).parse(values);
}
