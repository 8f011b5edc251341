/** What an algorithm asks of a backend beyond sampling and gradients: checked before anything is collected. */
import { ConfigError } from '../base/index.ts';
import type { BackendCapabilities, BackendInfo } from '../policy/index.ts';
import { learnsBySelection, usesCritic, type AlgorithmName } from './algorithms.ts';
import type { PpoSettings } from './settings.ts';

type Need = {
  readonly capability: keyof BackendCapabilities;
  /** As the error calls it. */
  readonly name: string;
  readonly asker: string;
  readonly hint: string;
};

/** Throws `ConfigError` where the backend lacks what the settings need. */
export function checkCapabilities(
  { name: backend, capabilities }: Pick<BackendInfo, 'name' | 'capabilities'>,
  settings: { readonly algorithm: AlgorithmName; readonly ppo: Pick<PpoSettings, 'klCoef'> },
): void {
  for (const { capability, name, asker, hint } of listNeeds(settings)) {
    if (capabilities[capability]) continue;
    throw new ConfigError(
      'capability_missing',
      `${asker} needs ${name}, which the backend '${backend}' does not have.`,
      { details: { backend, capability }, hint },
    );
  }
}

function listNeeds({ algorithm, ppo }: Parameters<typeof checkCapabilities>[1]): Need[] {
  const needs: Need[] = [];
  if (usesCritic(algorithm)) {
    needs.push({
      capability: 'valueHead',
      name: 'a value head',
      asker: algorithm,
      hint: 'Open the policy with a value head, or use grpo, rloo or reinforce++.',
    });
  }
  const reference = { capability: 'reference', name: 'a reference model' } as const;
  if (algorithm === 'dpo') {
    needs.push({ ...reference, asker: 'dpo', hint: 'Use sft or raft, or the embedded engine.' });
  } else if (!learnsBySelection(algorithm) && ppo.klCoef > 0) {
    const hint = 'Set ppo.klCoef to 0, or use the embedded engine.';
    needs.push({ ...reference, asker: `ppo.klCoef ${ppo.klCoef}`, hint });
  }
  return needs;
}
