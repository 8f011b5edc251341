/** From a few settings to all of them, checked. */
import { ConfigError } from '../base/index.ts';
import { listSettingsProblems } from './settings-checks.ts';
import {
  defaultTrainingSettings,
  type TrainingOverrides,
  type TrainingSettings,
} from './settings.ts';

/** Fills in the defaults and checks every range. Throws `ConfigError` listing all problems. */
export function resolveTrainingSettings(overrides: TrainingOverrides = {}): TrainingSettings {
  const base = defaultTrainingSettings;
  const settings: TrainingSettings = {
    ...base,
    ...overrides,
    ppo: { ...base.ppo, ...overrides.ppo },
    offline: { ...base.offline, ...overrides.offline },
    dpo: { ...base.dpo, ...overrides.dpo },
    optimizer: { ...base.optimizer, ...overrides.optimizer },
    validation: { ...base.validation, ...overrides.validation },
    sampling: { ...base.sampling, ...overrides.sampling },
    rewardWeights: { ...base.rewardWeights, ...overrides.rewardWeights },
  };
  const problems = listSettingsProblems(settings);
  if (problems.length > 0) {
    throw new ConfigError('settings_invalid', `Training settings: ${problems.join('; ')}.`, {
      details: { problems },
    });
  }
  return settings;
}
