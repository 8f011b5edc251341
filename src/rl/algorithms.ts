/** The algorithms behind the one door to learning, and what tells them apart. */

/** On-policy: `ppo`, `grpo`, `rloo`, `reinforce++`, `raft`; offline, from conversations of the start model: `sft`, `dpo`. */
export const algorithmNames = ['ppo', 'grpo', 'rloo', 'reinforce++', 'raft', 'sft', 'dpo'] as const;

export type AlgorithmName = (typeof algorithmNames)[number];

/** True for algorithms that estimate returns with a value head. */
export function usesCritic(algorithm: AlgorithmName): boolean {
  return algorithm === 'ppo';
}

/** True for algorithms that compare several tries at one persona and opening. */
export function comparesGroups(algorithm: AlgorithmName): boolean {
  return algorithm === 'grpo' || algorithm === 'rloo';
}

/** True for algorithms whose rewards choose what is learnt and do not enter the loss. */
export function learnsBySelection(algorithm: AlgorithmName): boolean {
  return algorithm === 'raft' || isOffline(algorithm);
}

/** True for algorithms that learn from conversations of the start model only. */
export function isOffline(algorithm: AlgorithmName): boolean {
  return algorithm === 'sft' || algorithm === 'dpo';
}

/**
 * True where advantages are shifted and scaled over the batch. `auto` does so for `ppo`, where it is
 * usual, and for `reinforce++`, whose baseline it is; not for groups, whose advantages are compared
 * already: a second mean over all tokens would undo the baseline of each group.
 */
export function normalisesAdvantages({
  algorithm,
  normaliseAdvantages,
}: {
  readonly algorithm: AlgorithmName;
  readonly normaliseAdvantages: 'auto' | boolean;
}): boolean {
  return normaliseAdvantages === 'auto' ? !comparesGroups(algorithm) : normaliseAdvantages;
}
