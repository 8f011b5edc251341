/** Trains the small model with a reward of one's own on top of the world's: short replies earn more. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { train } from 'rlpa/app';
import type { RewardDefinition } from 'rlpa/worlds';

/** The name and version stand in the record of the run: change them when the reward changes. */
const shortReplies: RewardDefinition = {
  name: 'short-replies/1',
  score: ({ response, rewards }) => {
    const words = response.split(' ').length;
    const brevity = Math.max(0, 1 - words / 20);
    // Null stays null: what nobody could judge is not learnt from.
    const paid = rewards.response === null ? null : 0.5 * rewards.response + 0.5 * brevity;
    return { response: paid, parts: { brevity } };
  },
};

const out = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-')), 'run');
const { metrics, modelFolder } = await train({
  out,
  preset: 'small-world',
  reward: shortReplies,
  settings: {
    iterations: 3,
    episodesPerIteration: 16,
    turns: 4,
    evaluation: { beforeAndAfter: false },
  },
  log: console.log,
});
for (const { iteration, 'reward/response_mean': response } of metrics) {
  console.log(`iteration ${iteration}: response reward ${Number(response).toFixed(3)}`);
}
console.log(`A Hugging Face folder: ${modelFolder}`);
