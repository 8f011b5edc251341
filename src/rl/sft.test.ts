/** What supervised fine-tuning imitates: outputs that earned something, and nothing else. */
import { describe, expect, it } from 'vitest';
import type { Episode } from '../env/index.ts';
import { listPairs } from './dpo.ts';
import { resolveTrainingSettings } from './resolve-settings.ts';
import { listImitated } from './sft.ts';
import { createTableEpisode, createTableTurn, tableTokenizer } from './testing/table-world.ts';

const output = '<profile> good </profile> <response> good </response>';
const settings = resolveTrainingSettings({ algorithm: 'sft', candidates: 4 });

/** Per turn, whether its output carries loss. */
function listLearnt(rewards: readonly (readonly [number | null, number | null])[]): boolean[] {
  const turns = rewards.map(([profileReward, responseReward], index) =>
    createTableTurn(index, { output, profileReward, responseReward }),
  );
  const [datum] = listImitated([createTableEpisode(turns)], {
    tokenizer: tableTokenizer,
    settings,
  });
  if (datum === undefined) return [];
  let end = 0;
  return turns.map(({ tokens }) => {
    const start = end + tokens!.contextIds.length;
    end = start + tokens!.sampledIds.length;
    const weights = [...datum.weights.slice(start, end)];
    expect(new Set(weights).size).toBe(1);
    return weights[0] === 1;
  });
}

describe('imitation', () => {
  it('leaves out what earned nothing, lost something, or was not judged', () => {
    expect(
      listLearnt([
        [0, 1],
        [0, 0],
        [-0.5, 0],
        [0.5, -0.5],
        [1, null],
        [0.5, 0],
      ]),
    ).toEqual([true, false, false, false, false, true]);
  });

  it('leaves out a conversation in which no output earned anything', () => {
    expect(listLearnt([[0, 0]])).toEqual([]);
  });
});

describe('choice among whole conversations', () => {
  const byConversation = resolveTrainingSettings({
    algorithm: 'sft',
    groupSize: 4,
    offline: { selection: 'conversation' },
  });
  const input = { tokenizer: tableTokenizer, settings: byConversation };

  /** One conversation of a group, of three words a turn with their rewards. */
  const hold = (
    word: 'good' | 'bad' | 'hi',
    rewards: readonly (number | null)[],
    error: string | null = null,
  ): Episode => ({
    ...createTableEpisode(
      rewards.map((responseReward, index) =>
        createTableTurn(index, { output: `${word} ${word} </response>`, responseReward }),
      ),
      word,
    ),
    situationSeed: 7,
    error,
  });
  const listWords = (ids: Int32Array): string => tableTokenizer.decode([...ids]);

  it('imitates all of the best, also the turn that cost something', () => {
    const [datum, ...others] = listImitated(
      [hold('bad', [0, 0.5]), hold('good', [-0.2, 1])],
      input,
    );
    expect(others).toEqual([]);
    expect(listWords(datum!.ids)).toContain('good');
    expect(datum!.weights.reduce((sum, weight) => sum + weight, 0)).toBe(6);
  });

  it('imitates nothing of a group that earned nothing', () => {
    expect(listImitated([hold('bad', [-1, 0]), hold('good', [-0.2, 0.2])], input)).toEqual([]);
  });

  it('passes over what broke off or was not judged', () => {
    const held = [hold('good', [1, 1], 'failed'), hold('hi', [1, null]), hold('bad', [0, 0.5])];
    const [datum] = listImitated(held, input);
    expect(listWords(datum!.ids)).toContain('bad');
  });

  it('pairs the best with the worst, and equals with nothing', () => {
    const held = [hold('hi', [0, 0.1]), hold('bad', [-1, 0]), hold('good', [-0.2, 1])];
    const [pair, ...others] = listPairs(held, input);
    expect(others).toEqual([]);
    expect(listWords(pair!.chosen[0]!.ids)).toContain('good');
    expect(listWords(pair!.rejected[0]!.ids)).toContain('bad');
    expect(listPairs([hold('good', [0, 1]), hold('bad', [1, 0])], input)).toEqual([]);
  });
});
