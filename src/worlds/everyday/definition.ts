/** Everyday talk as one of the package's worlds. */
import { z } from 'zod';
import { defineWorld } from '../definition.ts';
import { ratesSchema } from '../dynamics/index.ts';
import { placeFact, sayNote } from './place-fact.ts';
import { writtenTalks } from './talks.ts';
import { createEverydayDialect, createEverydayWorld } from './world.ts';

const settings = {
  /** Whether what is noted stands behind each message. */
  showsNotes: z.boolean().default(false),
  /** Rates of people's behaviour in place of their family's own. */
  behaviour: ratesSchema.default({}),
};

export const everydayDefinition = defineWorld({
  kind: 'everyday',
  summary: 'plain English with an open vocabulary, for chat models; users and judge by program',
  writtenTalks,
  settings,
  preset: 'everyday',
  measuresRuns: true,
  maxTokens: 96,
  createDialect: createEverydayDialect,
  sayNote,
  open: ({ settings: chosen }) => {
    const { profileReward, penalties, behaviour, ...dialect } = chosen;
    const rewards = { profile: profileReward, penalties };
    const world = createEverydayWorld({ ...dialect, rewards, behaviour });
    return {
      world,
      scripts: world.scripts,
      placeFact,
      practice: { dense: createEverydayWorld({ ...dialect, isPractice: true }), dialogues: world },
      collectVocabulary: async (random) => ({
        kind: 'texts',
        texts: await world.trainingTexts(random),
      }),
      heldOut:
        'People, a third of the values of open slots and a quarter of all phrasings were never demonstrated, nor were users of other families.',
    };
  },
});
