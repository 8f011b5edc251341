/** Where a conversation stands, as the model that goes on with it knows it. */
import { hasItem, listDifferences, type Profile } from '../../profile/index.ts';
import {
  parseOutput,
  renderOutput,
  type Dialect,
  type DialogueState,
} from '../../protocol/index.ts';
import type { KnownExchange, Memory } from './turn.ts';

/**
 * Where a dialogue stands. A model that is shown the whole conversation knows a profile only from what it wrote
 * itself: what it knew before stands as the block of an opening turn, then and as long as the conversation goes on;
 * what has changed since it last wrote (by the person, in another conversation, by a refusal) stands in the note.
 */
export function composeState(
  known: Memory | null,
  exchanges: readonly KnownExchange[],
  {
    dialect,
    isWhole,
    opening,
  }: { readonly dialect: Dialect; readonly isWhole: boolean; readonly opening: string },
): DialogueState {
  const profile = known?.profile ?? [];
  const before = isWhole ? (known?.stored?.profile ?? null) : null;
  const first =
    dialect.contextTurns > 0
      ? null
      : composeOpening(listUnwritten(before ?? profile, exchanges, dialect), dialect, opening);
  const shown = first === null ? exchanges : [first, ...exchanges];
  const corrections = before === null ? [] : listDifferences(before, profile);
  return {
    ...{ profile, corrections, exchanges: shown },
    answered: shown.map(({ response }) => ({ response })),
  };
}

/** What a model knew that it did not write in these turns: it was shown it when they began. */
function listUnwritten(
  profile: Profile,
  exchanges: readonly KnownExchange[],
  { schema }: Dialect,
): Profile {
  const written = exchanges.flatMap(({ output }) => {
    const read = parseOutput(output, schema);
    return read.ok ? read.changes.map(({ item }) => item) : [];
  });
  return profile.filter((item) => !hasItem(written, item));
}

/** The turn that is put before the others: what is known, and what people say first where the model comes from. */
function composeOpening(
  known: Profile,
  { schema, beginning }: Dialect,
  greeting: string,
): KnownExchange | null {
  const assumed = beginning?.notes ?? [];
  const usual = assumed.filter(({ slot }) => known.every((item) => item.slot !== slot));
  const profile = [...usual, ...known];
  if (profile.length === 0) return null;
  const isUsual = beginning !== undefined && usual.length === assumed.length;
  const { message, response } = isUsual ? beginning : { message: greeting, response: greeting };
  const changes = listDifferences([], profile);
  const output = renderOutput({ changes, recalls: [], question: null, response }, schema);
  return { message, note: '', output, response };
}
