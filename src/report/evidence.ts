/**
 * The conversations at both ends of a run, and what goes wrong in them, counted.
 *
 * Reasons of the judge name values and slots of one person; those words are blotted out, so that the
 * same mistake is counted once whatever it was about.
 */
import type { Episode, Turn } from '../env/index.ts';
import { isOpenItem } from '../profile/index.ts';
import { markKept } from './mark-turn.ts';
import { describeByTurn } from './turn-series.ts';

/** One conversation of training. */
export type TrainingTalk = { readonly iteration: number; readonly episode: Episode };

export type EvidenceWindow = {
  /** Which iterations these are, in words. */
  readonly label: string;
  readonly byTurn: ReturnType<typeof describeByTurn>;
  /** The first whole conversation of its outermost iteration; null where none is whole. */
  readonly talk: TrainingTalk | null;
};

/** One thing that goes wrong, with the share of turns it happens in. */
export type Cause = { readonly text: string; readonly first: number; readonly last: number };

export type Evidence = {
  readonly first: EvidenceWindow;
  readonly last: EvidenceWindow;
  /** Most frequent at the end first. */
  readonly causes: readonly Cause[];
};

export type IterationEpisodes = {
  readonly iteration: number;
  readonly episodes: readonly Episode[];
};

/** Compares the conversations of the first iterations with those of the last. */
export function compareEnds(
  first: readonly IterationEpisodes[],
  last: readonly IterationEpisodes[],
): Evidence {
  const words = listPersonalWords([...first, ...last].flatMap(({ episodes }) => episodes));
  const [early, late] = [countCauses(first, words), countCauses(last, words)];
  const texts = [...new Set([...late.keys(), ...early.keys()])];
  return {
    first: describeWindow(first, first[0]),
    last: describeWindow(last, last.at(-1)),
    causes: texts
      .map((text) => ({ text, first: early.get(text) ?? 0, last: late.get(text) ?? 0 }))
      .sort((a, b) => b.last - a.last || b.first - a.first),
  };
}

function describeWindow(
  window: readonly IterationEpisodes[],
  outermost: IterationEpisodes | undefined,
): EvidenceWindow {
  const [from, to] = [window[0]?.iteration, window.at(-1)?.iteration];
  const episode = outermost?.episodes.find(
    ({ error, turns }) => error === null && turns.length > 0,
  );
  return {
    label: from === to ? `iteration ${from}` : `iterations ${from} to ${to}`,
    byTurn: describeByTurn(window.flatMap(({ episodes }) => episodes)),
    talk:
      outermost === undefined || episode === undefined
        ? null
        : { iteration: outermost.iteration, episode },
  };
}

function countCauses(
  window: readonly IterationEpisodes[],
  words: ReadonlySet<string>,
): Map<string, number> {
  const turns = window.flatMap(({ episodes }) =>
    episodes.flatMap((episode) => episode.turns.map((turn) => listCauses(turn, episode, words))),
  );
  const counts = new Map<string, number>();
  for (const cause of turns.flatMap((causes) => [...causes])) {
    counts.set(cause, (counts.get(cause) ?? 0) + 1);
  }
  return new Map([...counts].map(([cause, count]) => [cause, count / turns.length]));
}

/** Lists what goes wrong in one turn, in words that are the same for every person. */
export function listCauses(turn: Turn, episode: Episode, words: ReadonlySet<string>): Set<string> {
  const causes = new Set<string>();
  if (turn.formatProblem !== null) causes.add(`format: ${turn.formatProblem}`);
  else if (turn.verdict === null) causes.add('judge: no readable verdict');
  for (const reason of turn.verdict?.reasons ?? []) causes.add(blotOut(reason, words));
  const marks = new Set(markKept(turn.profileAfter, turn, episode).map(({ mark }) => mark));
  if (marks.has('wrong')) causes.add('profile: a wrong item is kept');
  if (marks.has('guessed')) causes.add('profile: an item is kept that was not told yet');
  if (marks.has('stale')) causes.add('profile: an item is kept that was taken back');
  if (marks.has('missed')) causes.add('profile: a told item is missing');
  return causes;
}

/** Lists slots, values and questions of all the people; items of free text are whole sentences. */
export function listPersonalWords(episodes: readonly Episode[]): Set<string> {
  const items = episodes.flatMap(({ persona, turns }) => [
    ...persona.trueProfile,
    ...persona.changes.flatMap(({ before, after }) => [before, after ?? []].flat()),
    ...(turns.at(-1)?.profileAfter ?? []),
  ]);
  const asked = episodes.flatMap(({ turns }) => turns.flatMap(({ question }) => question ?? []));
  const told = items
    .filter((item) => !isOpenItem(item))
    .flatMap(({ slot, value }) => [slot, ...value.split(' ')]);
  return new Set([...asked, ...told]);
}

function blotOut(reason: string, words: ReadonlySet<string>): string {
  const [criterion = '', ...rest] = reason.split(': ');
  const said = rest
    .join(': ')
    .replaceAll(/"[^"]*"/gu, '…')
    .replaceAll(/\p{L}+/gu, (word) => (words.has(word) ? '…' : word))
    .replaceAll(/…(?: …)+/gu, '…');
  return said === '' ? criterion : `${criterion}: ${said}`;
}
