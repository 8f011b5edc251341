import { describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import type { ProfileSchema } from '../profile/index.ts';
import { Dialogue, type DialogueState } from './dialogue.ts';
import type { Dialect } from './dialect.ts';

const schema: ProfileSchema = {
  name: 'test',
  version: 1,
  slots: [
    { name: 'city', kind: 'fact', multiple: false },
    { name: 'pet', kind: 'fact', multiple: true },
  ],
};

const dialect: Dialect = {
  schema,
  profileMode: 'changes',
  contextTurns: 0,
  systemPrompt: '',
  composeNote: (inferred, turns) => `${inferred.length} known, ${turns.length} answered`,
};

const random = createRandom(1);
const reply = (entries: string): { text: string; finishReason: 'stop' } => ({
  text: `<profile> ${entries} </profile> <response> I see. </response>`,
  finishReason: 'stop',
});
const oslo = { slot: 'city', value: 'oslo' };
const riga = { slot: 'city', value: 'riga' };

describe('a dialogue', () => {
  it('composes, reads and applies a turn', () => {
    const dialogue = new Dialogue(dialect);
    expect(dialogue.prompt('Hi, I am in Oslo.', random)).toEqual([
      { role: 'user', content: 'Hi, I am in Oslo.' },
      { role: 'system', content: '0 known, 0 answered' },
    ]);
    const read = dialogue.read(reply('+ city_ oslo'));
    expect(read).toMatchObject({ response: 'I see.', profileBefore: [], profileAfter: [oslo] });
    expect(dialogue.profile).toEqual([]);
    expect(dialogue.take(reply('+ city_ oslo'))).toEqual(read);
    expect(dialogue.profile).toEqual([oslo]);
    expect(dialogue.prompt('And now?', random).at(-1)?.content).toBe('1 known, 1 answered');
  });

  it('keeps the profile where an output cannot be read, and says why', () => {
    const dialogue = new Dialogue(dialect);
    dialogue.prompt('Hi.', random);
    expect(dialogue.take({ text: 'hello', finishReason: 'stop' })).toMatchObject({
      formatProblem: expect.stringContaining('profile block') as unknown,
      response: '',
      profileAfter: [],
    });
  });

  it('replaces a message that was never answered', () => {
    const dialogue = new Dialogue(dialect);
    dialogue.prompt('Hi.', random);
    expect(dialogue.prompt('Hello?', random)[0]?.content).toBe('Hello?');
    expect(dialogue.turnCount).toBe(0);
  });

  it('goes on from its state as plain data', () => {
    const dialogue = new Dialogue(dialect);
    dialogue.prompt('Hi.', random);
    dialogue.take(reply('+ city_ oslo + pet_ cat'));
    const saved = JSON.parse(JSON.stringify(dialogue.state)) as typeof dialogue.state;
    expect(new Dialogue(dialect, saved).prompt('So?', random)).toEqual(
      dialogue.prompt('So?', random),
    );
  });
});

describe('a correction by the person', () => {
  const corrected = (state: Partial<DialogueState> = {}): DialogueState => ({
    ...{ profile: [riga], exchanges: [], answered: [] },
    ...{ corrections: [{ kind: 'set', item: riga }], ...state },
  });

  it('stands in the next prompt, once, and in that place from then on', () => {
    const first = new Dialogue(dialect);
    first.prompt('Hi.', random);
    first.take(reply('+ city_ oslo'));
    const { exchanges, answered } = first.state;
    const dialogue = new Dialogue(dialect, corrected({ exchanges, answered }));
    const second = dialogue.prompt('So?', random);
    expect(second.at(-1)?.content).toBe('+ city_ riga\n1 known, 1 answered');
    expect(dialogue.take(reply('')).profileAfter).toEqual([riga]);
    const third = dialogue.prompt('Well?', random);
    expect(third.slice(0, second.length)).toEqual(second);
    expect(third.at(-1)?.content).toBe('1 known, 2 answered');
  });

  it('is told as an exchange to a policy that met no such note, and stays in its place', () => {
    const told: Dialect = {
      ...dialect,
      amended: {
        say: ({ kind, item }) => `${kind === 'set' ? 'Now' : 'No more'} ${item.value}.`,
        reply: () => 'Noted.',
      },
    };
    const dialogue = new Dialogue(told);
    dialogue.prompt('Hi.', random);
    dialogue.take(reply('+ city_ oslo + pet_ cat + pet_ dog'));
    dialogue.amend([
      { kind: 'set', item: riga },
      { kind: 'retract', item: { slot: 'pet', value: 'cat' } },
    ]);
    expect(dialogue.profile).toContainEqual(riga);
    const prompt = dialogue.prompt('So?', random);
    expect(prompt.slice(-6).map(({ role, content }) => `${role}: ${content}`)).toEqual([
      'user: No more cat.',
      'assistant: <profile> - pet_ cat </profile> <response> Noted. </response>',
      'user: Now riga.',
      'assistant: <profile> + city_ riga </profile> <response> Noted. </response>',
      'user: So?',
      'system: 2 known, 1 answered',
    ]);
    dialogue.take(reply(''));
    expect(dialogue.prompt('Well?', random).slice(0, prompt.length)).toEqual(prompt);
  });

  it('is said in words to a policy that was told the protocol in words', () => {
    const dialogue = new Dialogue({ ...dialect, systemPrompt: 'Keep notes.' }, corrected());
    expect(dialogue.prompt('Hi.', random).at(-1)?.content).toBe(
      'The person corrected your notes, and this holds:\n+ city_ riga\n1 known, 0 answered',
    );
  });
});
