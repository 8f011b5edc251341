import { describe, expect, it } from 'vitest';
import { composeMessages, speakPlainly, type Dialect } from './index.ts';
import { createSmallWorld } from '../worlds/index.ts';

const state = {
  profile: [
    { slot: 'city', value: 'oslo' },
    { slot: 'pet', value: 'cat' },
  ],
  exchanges: [1, 2, 3].map((turn) => ({
    message: `message ${turn}`,
    note: `note ${turn}`,
    output: `output ${turn}`,
  })),
  message: 'message 4',
  note: 'note 4',
};

const contents = (contextTurns: number, given: typeof state = state): string[] =>
  composeMessages(
    { ...createSmallWorld().dialect, systemPrompt: 'Be kind.', contextTurns },
    given,
  ).map(({ role, content }) => `${role}: ${content}`);

describe('what a policy is shown', () => {
  it('is the whole conversation, which only grows at its end', () => {
    const all = contents(0);
    expect(all).toHaveLength(1 + 3 * 3 + 2);
    const earlier = {
      ...state,
      exchanges: state.exchanges.slice(0, 2),
      message: 'message 3',
      note: 'note 3',
    };
    expect(all.slice(0, 9)).toEqual(contents(0, earlier));
  });

  it('begins with the protocol in words where a world explains it', () => {
    const shown = (explainsProtocol: boolean): string =>
      composeMessages(createSmallWorld({ explainsProtocol }).dialect, state)[0]!.content;
    expect(shown(true)).toContain('<profile>');
    expect(shown(false)).toBe('message 1');
  });

  it('has the cue of a dialect before each message, and none where one speaks plainly', () => {
    const cued = { ...createSmallWorld().dialect, cue: 'Keep notes.' };
    const said = (dialect: Dialect): string[] =>
      composeMessages(dialect, state)
        .filter(({ role }) => role === 'user')
        .map(({ content }) => content);
    const each = [1, 2, 3, 4].map((turn) => `Keep notes.\n\nmessage ${turn}`);
    expect(said(cued)).toEqual(each);
    const folded = said({ ...cued, systemPrompt: 'Be kind.', placement: 'message' });
    expect(folded).toEqual(
      each.map((text, index) => `${index === 0 ? 'Be kind.\n\n' : ''}${text}\n\nnote ${index + 1}`),
    );
    expect(said(speakPlainly(cued))).toEqual([1, 2, 3, 4].map((turn) => `message ${turn}`));
  });

  it('or the kept profile and the last turns', () => {
    expect(contents(2)).toEqual([
      'system: Be kind.',
      'system: city_ oslo pet_ cat',
      'user: message 2',
      'assistant: output 2',
      'user: message 3',
      'assistant: output 3',
      'user: message 4',
      'system: note 4',
    ]);
    expect(contents(2, { ...state, profile: [] })[1]).toBe('user: message 2');
  });
});

describe('a dialect that puts its words into messages', () => {
  const compose = (contextTurns: number): string[] =>
    composeMessages(
      {
        ...createSmallWorld().dialect,
        systemPrompt: 'Be kind.',
        contextTurns,
        placement: 'message',
      },
      state,
    ).map(({ role, content }) => `${role}: ${content}`);

  it('has none of the role system, and grows at its end only', () => {
    const all = compose(0);
    expect(all.slice(0, 3)).toEqual([
      'user: Be kind.\n\nmessage 1\n\nnote 1',
      'assistant: output 1',
      'user: message 2\n\nnote 2',
    ]);
    expect(all.at(-1)).toBe('user: message 4\n\nnote 4');
    expect(all.filter((text) => text.startsWith('system'))).toEqual([]);
  });

  it('shows the kept profile with the opening where it shows the last turns', () => {
    expect(compose(1)).toEqual([
      'user: Be kind.\n\ncity_ oslo pet_ cat\n\nmessage 3',
      'assistant: output 3',
      'user: message 4\n\nnote 4',
    ]);
  });
});
