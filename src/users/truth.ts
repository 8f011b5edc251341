/** What is true of a simulated person, and what of it was said, as a conversation goes on. */
import { applyChanges, hasItem } from '../profile/index.ts';
import type { Profile, ProfileChange, ProfileSchema } from '../profile/index.ts';
import { listEnded } from './list-ended.ts';
import type { Disclosure, Persona, UserTurn } from './types.ts';

export type Truth = {
  /** All that holds; a change of mind holds from the turn that tells it. */
  readonly whole: Profile;
  /** The part that was disclosed. */
  readonly disclosed: Profile;
  /** What was said once and taken back since. */
  readonly superseded: Profile;
};

/** Before anything is said. Throws `ProfileError` for an item the schema does not know. */
export function openTruth({ trueProfile }: Persona, schema: ProfileSchema): Truth {
  const whole = applyChanges(
    [],
    trueProfile.map((item) => ({ kind: 'set' as const, item })),
    schema,
  );
  return { whole, disclosed: [], superseded: [] };
}

/** After a turn of the person. */
export function hearTurn(truth: Truth, turn: UserTurn, schema: ProfileSchema): Truth {
  const told = turn.disclosures.map(({ item }) => item);
  const changed = turn.disclosures.filter(({ replaces }) => replaces !== undefined);
  const amended = listAmended(turn);
  const apply = (profile: Profile, disclosures: readonly Disclosure[]): Profile =>
    applyChanges(profile, [...amended, ...listChanges(disclosures, turn.dropped)], schema);
  const holds = [...told, ...amended.flatMap(({ kind, item }) => (kind === 'set' ? item : []))];
  const ended = [...listEnded(turn), ...(turn.amendments ?? []).map(({ before }) => before)];
  return {
    whole: apply(truth.whole, changed),
    disclosed: apply(truth.disclosed, turn.disclosures),
    // What is said again holds again.
    superseded: [...truth.superseded, ...ended].filter((item) => !hasItem(holds, item)),
  };
}

/** Lists what the person put right by hand, as changes of a profile. */
export function listAmended({ amendments = [] }: UserTurn): ProfileChange[] {
  return amendments.flatMap(({ before, after }): ProfileChange[] => [
    { kind: 'retract', item: before },
    ...(after === null ? [] : [{ kind: 'set' as const, item: after }]),
  ]);
}

/** Each item is set; what it replaces, or was dropped, is gone. */
function listChanges(disclosures: readonly Disclosure[], dropped: Profile = []): ProfileChange[] {
  const changes = disclosures.flatMap(({ item, replaces }): ProfileChange[] => [
    ...(replaces === undefined ? [] : [{ kind: 'retract' as const, item: replaces }]),
    { kind: 'set', item },
  ]);
  return [...changes, ...dropped.map((item) => ({ kind: 'retract' as const, item }))];
}
