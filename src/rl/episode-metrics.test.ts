/** The figures of the live line and of metrics.jsonl where outputs cannot be read. */
import { expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import { createScriptedChatModel } from '../chat/index.ts';
import { createModelAssistant, planEpisodes, runEpisodes } from '../env/index.ts';
import { createSmallWorld } from '../worlds/index.ts';
import { describeEpisodes } from './episode-metrics.ts';

it('outputs that cannot be read have no profile that is right', async () => {
  const world = createSmallWorld();
  const model = createScriptedChatModel(() => 'what a nice day');
  const plans = planEpisodes({ world, random: createRandom(5), count: 6, split: 'train' });
  const episodes = await runEpisodes(plans, {
    world,
    assistant: createModelAssistant({ model, sampling: { maxTokens: 8, temperature: 1 } }),
    turns: 4,
  });
  const metrics = describeEpisodes(episodes, { profile: 1, response: 1 });
  const named = ['f1_disclosed', 'f1_disclosed_late', 'f1_full', 'f1_full_final'];
  for (const name of [...named, 'precision_disclosed', 'recall_disclosed']) {
    expect([name, metrics[`profile/${name}`]]).toEqual([name, 0]);
  }
  expect(metrics).toMatchObject({ 'format/rate': 0, 'format/unreadable': 24 });
});
