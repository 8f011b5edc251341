/** `rlpa rescore`: judges and matches the saved conversations of a run anew. */
import { renderLedger, rescore, type RescoreResult } from '../../app/index.ts';
import { defineRunner } from '../command.ts';
import { readSource, type SettingsFlags } from '../config-flags.ts';
import { requireOut } from '../require-out.ts';

type RescoreFlags = SettingsFlags & {
  /** Positional: the run. */
  readonly run: string;
  readonly out?: string;
  readonly resume?: boolean;
  readonly profileReward?: string;
  readonly json?: boolean;
};

export const runRescore = defineRunner<RescoreFlags>(async (options, context) => {
  const { run, resume, profileReward } = options;
  const out = requireOut(options.out, 'rescore');
  const source = await readSource(options, { 'world.profileReward': profileReward });
  const result = await rescore({ ...context, ...source, run, out, resume });
  if (options.json === true) {
    context.print(JSON.stringify(result));
    return;
  }
  const { episodes, judges, matchers, rewards, models } = result;
  context.print(
    [
      `Judged ${episodes} conversations anew: ${renderChange(judges)}`,
      `Items matched by: ${renderChange(matchers)}`,
      `Paid by: ${renderChange(rewards)}`,
      ...renderComparison(result),
      ...(models === undefined ? [] : [renderLedger(models)]),
      `Written: ${out}`,
    ].join('\n'),
  );
});

function renderChange({ before, after }: RescoreResult['judges']): string {
  return `${before.join(', ')} -> ${after.join(', ')}`;
}

function renderComparison(comparison: RescoreResult): string[] {
  const show = (value: number | null): string => (value === null ? 'none' : value.toFixed(3));
  const { alignment, profile_reward: profile, profile_f1: f1 } = comparison;
  const { missing, unmatched, agreement, kappa, turns } = comparison;
  return [
    `Well-formed turns: ${turns}; without a verdict: ${missing.before} before, ${missing.after} after`,
    `Turns that could not be matched: ${unmatched.before} before, ${unmatched.after} after`,
    `Mean alignment: ${show(alignment.before)} before, ${show(alignment.after)} after`,
    `Mean profile F1, disclosed: ${show(f1.before)} before, ${show(f1.after)} after`,
    `Mean profile reward: ${show(profile.before)} before, ${show(profile.after)} after`,
    `Judged alike: ${show(agreement)}, kappa ${show(kappa)}`,
  ];
}
