/** The world in which a finished policy talks: the one it was trained in, unless flags say otherwise. */
import { defaultTrainingSettings } from '../../rl/index.ts';
import { createDefaultSettings } from '../config/defaults.ts';
import type { CommandContext } from '../context.ts';
import { findPolicy, type PolicyLocation } from './find-policy.ts';
import { openWorld, type OpenedWorld, type WorldKind } from './open-world.ts';

export type TalkFlags = {
  readonly policy?: string;
  readonly personas?: string;
  readonly onBadRow?: 'error' | 'skip';
};

export type Talk = { readonly location: PolicyLocation; readonly opened: OpenedWorld };

/** Most tokens of one output, by world; what the presets train with. */
export const maxOutputTokens: Readonly<Record<WorldKind, number>> = {
  'small-world': defaultTrainingSettings.sampling.maxTokens,
  'free-text': 96,
};

/** Finds the policy and opens its world. */
export function openTalk(flags: TalkFlags, context: CommandContext): Talk {
  const givenKind = flags.personas === undefined ? undefined : 'free-text';
  const location = findPolicy(flags.policy ?? 'base', givenKind);
  const settings = location.world ?? createDefaultSettings().world;
  const kind = givenKind ?? settings.kind;
  if (kind === 'free-text' && location.world === null) {
    context.log('This policy was not trained on free text: most words will be unknown to it.');
  }
  const opened = openWorld(
    {
      ...settings,
      kind,
      personas: flags.personas ?? settings.personas,
      onBadRow: flags.onBadRow ?? settings.onBadRow,
    },
    context.log,
  );
  return { location, opened };
}
