/**
 * One update phase, whichever the algorithm: the episodes of an iteration go in, a better policy
 * comes out. The only door from the training loop to the algorithms.
 */
import { runDpo } from './dpo.ts';
import { runPpo } from './ppo.ts';
import { runSft } from './sft.ts';
import { createTrajectories } from './trajectory.ts';
import type { UpdateInput, UpdateResult } from './update-types.ts';

export type { UpdateInput, UpdateResult } from './update-types.ts';

/** Updates the policy. Throws `EngineError` on non-finite numbers, `DataError` on episodes without tokens. */
export function updatePolicy(input: UpdateInput): Promise<UpdateResult> {
  const { settings, episodes, tokenizer, ...rest } = input;
  const { algorithm, ppo, rewardWeights, sampling } = settings;
  if (algorithm === 'sft' || algorithm === 'raft') return runSft(input);
  if (algorithm === 'dpo') return runDpo(input);
  const { rewardPlacement, advantageLevel } = ppo;
  const shape = { rewardWeights, rewardPlacement, advantageLevel };
  return runPpo({
    ...rest,
    algorithm,
    settings: ppo,
    temperature: sampling.temperature,
    trajectories: episodes.flatMap((episode) => createTrajectories(episode, tokenizer, shape)),
  });
}
