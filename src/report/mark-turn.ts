/**
 * Marks on the items of a profile, before and after a turn.
 *
 * Both are held against what the user has told up to and including this turn, so an item told now is
 * missed before and right after. Right: told and still so. Stale: told once and taken back since.
 * Guessed: true of the person and not told yet, which the score counts as wrong. Missed: told, not
 * kept. Wrong: anything else.
 */
import type { Episode, Turn } from '../env/index.ts';
import { markProfile, renderItem } from '../eval/index.ts';
import { hasItem, type Profile, type ProfileItem } from '../profile/index.ts';

/** All marks, as a legend lists them. */
export const allMarks = ['right', 'wrong', 'stale', 'guessed', 'missed'] as const;

export type Mark = (typeof allMarks)[number];

/** Signs, so that colour is never all there is. */
export const markSigns: Readonly<Record<Mark, string>> = {
  right: '✓',
  wrong: '✗',
  stale: '↺',
  guessed: '?',
  missed: '○',
};

export const markWords: Readonly<Record<Mark, string>> = {
  right: 'right',
  wrong: 'wrong',
  stale: 'taken back since',
  guessed: 'true, but not told yet',
  missed: 'told, but not kept',
};

export type MarkedItem = { readonly text: string; readonly mark: Mark };

/** Marks a profile, as kept before or after the turn. */
export function markKept(profile: Profile, turn: Turn, episode: Episode): MarkedItem[] {
  return markItems(profile, turn, turn.supersededProfile ?? listSuperseded(turn, episode));
}

/** What was told in this turn or before it and holds no longer; for records that do not say so. */
function listSuperseded(turn: Turn, episode: Episode): Profile {
  return episode.turns
    .filter(({ turnIndex }) => turnIndex <= turn.turnIndex)
    .flatMap(({ user }) =>
      user.disclosures.flatMap(({ item, replaces }) =>
        replaces === undefined ? [item] : [item, replaces],
      ),
    )
    .filter((item) => !hasItem(turn.disclosedProfile, item));
}

function markItems(profile: Profile, turn: Turn, superseded: Profile): MarkedItem[] {
  const told = markProfile(profile, turn.disclosedProfile);
  const whole = markProfile(profile, turn.trueProfile);
  const nameMark = (item: ProfileItem, index: number, isRight: boolean): Mark => {
    if (isRight) return 'right';
    if (hasItem(superseded, item)) return 'stale';
    return whole.items[index]?.isRight === true ? 'guessed' : 'wrong';
  };
  return [
    ...told.items.map(({ item, isRight }, index) => ({
      text: renderItem(item),
      mark: nameMark(item, index, isRight),
    })),
    ...told.missed.map((item) => ({ text: renderItem(item), mark: 'missed' as const })),
  ];
}
