/** The small world as one of the package's worlds. */
import { defineWorld } from '../definition.ts';
import { createSpeller } from './words.ts';
import { createSmallWorld, createSmallWorldDialect } from './world.ts';

export const smallWorldDefinition = defineWorld({
  kind: 'small-world',
  summary: '16 slots and about 430 words; people, users and judge by program',
  preset: 'small-world',
  maxTokens: 64,
  createDialect: createSmallWorldDialect,
  open: ({ settings }) => {
    const { profileMode, contextTurns, explainsProtocol, profileReward, penalties } = settings;
    const rewards = { profile: profileReward, penalties };
    const world = createSmallWorld({ profileMode, contextTurns, explainsProtocol, rewards });
    return {
      world,
      practice: {
        dense: createSmallWorld({ isPractice: true, profileMode, contextTurns }),
        dialogues: world,
      },
      collectVocabulary: () => Promise.resolve({ kind: 'words', ...world.vocabulary() }),
      heldOut:
        'Personas and (slot, phrasing, value) triples held out by hash, and every family of users but the first, were never demonstrated.',
    };
  },
  createSpeller: () => createSpeller(createSmallWorld().vocabulary().words),
});
