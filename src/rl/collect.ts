/** Holds the planned conversations of an iteration in a world, with a chat model that has tokens. */
import type { ChatModel } from '../chat/index.ts';
import { createModelAssistant, runEpisodes, type World } from '../env/index.ts';
import { rankRewards } from './reward-weights.ts';
import type { EpisodeCollector } from './training-types.ts';

/** Creates the collector the trainer uses by default. */
export function createCollector(world: World, policy: ChatModel): EpisodeCollector {
  return ({ plans, policyVersion, settings, signal, onTurn }) =>
    runEpisodes(plans, {
      world,
      assistant: createModelAssistant({ model: policy, sampling: settings.sampling }),
      policyVersion,
      turns: settings.turns,
      candidates: settings.candidates,
      rankRewards: (rewards) => rankRewards(rewards, settings.rewardWeights),
      ...(signal === undefined ? {} : { signal }),
      ...(onTurn === undefined
        ? {}
        : { onTurn: ({ turnsDone, turnsPlanned }) => onTurn(turnsDone, turnsPlanned) }),
    });
}
