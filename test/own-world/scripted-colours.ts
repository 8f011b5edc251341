/** The world of colours with scripts: what somebody gets who remembers nothing, guesses, or knows. */
import type { Demonstrator, ScriptedAssistant, Situation } from '../../src/env/index.ts';
import { renderOutput } from '../../src/protocol/index.ts';
import type { WorldDefinition } from '../../src/worlds/index.ts';
import { world as colours } from './colours.ts';

const schema = { name: 'colours', version: 1, slots: [] };

/** Says a colour, and writes down what was told. */
const say = (name: string, pick: (situation: Situation) => string | undefined): Demonstrator => ({
  name,
  write: (situation) =>
    renderOutput(
      {
        changes: situation.user.disclosures.map(({ item }) => ({ kind: 'set' as const, item })),
        recalls: [],
        question: null,
        response: `you love ${pick(situation) ?? 'nothing'}`,
      },
      { ...schema, slots: [{ name: 'colour', kind: 'preference', multiple: false }] },
    ),
});

export const scripts: readonly ScriptedAssistant[] = [
  {
    name: 'remembers_nothing',
    summary: 'says what this message told',
    create: () => say('now', ({ user }) => user.disclosures[0]?.item.value),
  },
  {
    name: 'generic',
    summary: 'says a colour at random',
    create: (random) => say('guess', () => random.pick(['red', 'green', 'blue', 'yellow'])),
  },
  {
    name: 'right_question',
    summary: 'says what it wrote down',
    create: () =>
      say('notes', ({ user, inferred }) => (user.disclosures[0]?.item ?? inferred[0])?.value),
  },
  {
    name: 'oracle',
    summary: 'says what is true',
    create: () => say('truth', ({ trueProfile }) => trueProfile[0]?.value),
  },
];

export const world: WorldDefinition = {
  ...colours,
  open: (options) => ({ ...colours.open(options), scripts }),
};
