/** A world of one slot, in which people name a colour they love: all that a world of one's own takes. */
import type { World } from 'rlpa/env';
import { protocolTags, renderOutput, type Dialect } from 'rlpa/protocol';
import { computeProfileScore, scoreTurnRewards } from 'rlpa/rewards';
import type { UserTurn } from 'rlpa/users';
import { defineWorld, type CommonWorldSettings } from 'rlpa/worlds';

const colours = ['red', 'green', 'blue', 'yellow'];
const slot = { name: 'colour', kind: 'preference', multiple: false } as const;
const schema = { name: 'colours', version: 1, slots: [slot] };
const fine = { naturalness: 1, logic: 1, engagement: 1, informativeness: 1 } as const;

const createDialect = ({ profileMode, contextTurns }: CommonWorldSettings): Dialect => ({
  schema,
  profileMode,
  contextTurns,
  systemPrompt: '',
  composeNote: () => '',
});

const say = (message: string, disclosures: UserTurn['disclosures']): Promise<UserTurn> =>
  Promise.resolve({ message, disclosures, acts: [] });

function createColours(settings: CommonWorldSettings): World {
  const rewards = { profile: settings.profileReward, penalties: settings.penalties };
  return {
    name: 'colours',
    dialect: createDialect(settings),
    rewards: 'colours/1',
    families: ['plain'],
    judge: {
      name: 'names-the-colour/1',
      judge: async ({ response, profile }) => {
        const relevance = profile.every(({ value }) => response.includes(value)) ? 1 : 0;
        return { criteria: { ...fine, relevance }, reasons: [] };
      },
    },
    samplePersona: (random) => {
      const value = random.pick(colours);
      return { id: value, trueProfile: [{ slot: 'colour', value }], changes: [] };
    },
    createUser: (persona) => ({
      name: 'plain/1',
      persona,
      open: () =>
        say(
          `i love ${persona.id}`,
          persona.trueProfile.map((item) => ({ turnIndex: 0, item, form: 'explicit' })),
        ),
      respond: () => say('what do i love', []),
    }),
    scoreTurn: async (turn) => ({
      scoreDisclosed: computeProfileScore(turn.profileAfter, turn.disclosedProfile),
      scoreFull: computeProfileScore(turn.profileAfter, turn.trueProfile),
      rewards: scoreTurnRewards(turn, schema, rewards),
    }),
    createDemonstrator: (random) => ({
      name: 'guesses/1',
      write: ({ user }) => {
        const changes = user.disclosures.map(({ item }) => ({ kind: 'set' as const, item }));
        const response = `you love ${random.pick(colours)}`;
        return renderOutput({ changes, recalls: [], question: null, response }, schema);
      },
    }),
  };
}

const words = [...'i you what do love + - = ? colour_'.split(' '), ...colours];

export const world = defineWorld({
  kind: 'colours',
  summary: 'people name a colour they love',
  maxTokens: 24,
  createDialect,
  open: ({ settings }) => ({
    world: createColours(settings),
    collectVocabulary: async () => ({ kind: 'words', words, specials: [...protocolTags] }),
  }),
});

// The world is trained in like any other: it needs no file but this one. `rlpa train --plugin` takes it too.
if (process.argv.includes('--train')) {
  const { train } = await import('rlpa/app');
  const out = process.argv.at(-1) ?? '';
  const settings = {
    ...{ iterations: 2, episodesPerIteration: 8, turns: 2, ppo: { minibatchEpisodes: 4 } },
    evaluation: { beforeAndAfter: true, users: 8, turns: 2 },
    warmStart: {
      ...{ tokens: 30_000, denseEpisodes: 200, dialogueEpisodes: 50 },
      ...{ denseTurns: [1, 2], dialogueTurns: 4 },
      model: { hiddenSize: 32, intermediateSize: 64, headCount: 2, kvHeadCount: 1 },
    },
  };
  const { measured } = await train({ out, world, settings, log: console.log });
  const rate = (of: 'before' | 'after'): unknown => measured?.[of].chosen.trained.scores.alignment;
  console.log('replies that name the colour, before and after', rate('before'), rate('after'));
}
