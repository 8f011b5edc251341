/** The small world as one of the package's worlds. */
import { z } from 'zod';
import { defineWorld } from '../definition.ts';
import { ratesSchema } from '../dynamics/index.ts';
import { createSpeller } from './words.ts';
import { createSmallWorld, createSmallWorldDialect } from './world.ts';

const settings = {
  /** Whether the program's note names slots that are still open. */
  namesOpenSlots: z.boolean().default(false),
  /** Rates of people's behaviour in place of their family's own. */
  behaviour: ratesSchema.default({}),
};

export const smallWorldDefinition = defineWorld({
  kind: 'small-world',
  summary: '16 slots and about 500 words; people, users and judge by program',
  examples: ['i love jazz music .', 'i live in oslo .', 'what music should i listen to ?'],
  settings,
  preset: 'small-world',
  maxTokens: 64,
  createDialect: createSmallWorldDialect,
  open: ({ settings: chosen }) => {
    const { profileReward, penalties, behaviour, ...dialect } = chosen;
    const rewards = { profile: profileReward, penalties };
    const world = createSmallWorld({ ...dialect, rewards, behaviour });
    return {
      world,
      scripts: world.scripts,
      practice: {
        dense: createSmallWorld({ ...dialect, practice: 'short' }),
        dialogues: createSmallWorld({ ...dialect, behaviour, practice: 'whole' }),
      },
      collectVocabulary: () => Promise.resolve({ kind: 'words', ...world.vocabulary() }),
      heldOut:
        "People, a third of the values of open slots and (slot, phrasing, value) triples held out by hash were never demonstrated as a user's own, nor were users of other families.",
    };
  },
  createSpeller: () => createSpeller(createSmallWorld().vocabulary().words),
});
