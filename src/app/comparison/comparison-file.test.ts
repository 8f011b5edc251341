/** Every arm of the comparisons that come with the package has settings that can be run. */
import { describe, expect, it } from 'vitest';
import { listSettingsProblems } from '../../rl/index.ts';
import { resolveSettings } from '../settings/resolve.ts';
import { pickTrainingSettings } from '../settings/schema.ts';
import { listComparisons, loadComparison } from './comparison-file.ts';

const arms = listComparisons().flatMap((name) => {
  const { preset, settings, arms: listed } = loadComparison(name);
  return Object.entries(listed).map(([arm, own]) => ({ name, arm, preset, settings, own }));
});

describe('a comparison', () => {
  it.each(arms)('$name can run $arm', ({ preset, settings, own }) => {
    const resolved = resolveSettings({ preset, settings: { ...settings, ...own.settings } });
    expect(listSettingsProblems(pickTrainingSettings(resolved.settings))).toEqual([]);
  });
});
