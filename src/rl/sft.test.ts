/** What supervised fine-tuning imitates: outputs that earned something, and nothing else. */
import { describe, expect, it } from 'vitest';
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
  const [datum] = listImitated(createTableEpisode(turns), {
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
