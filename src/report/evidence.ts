/**
 * The conversations at both ends of a run, and what goes wrong in them, counted.
 *
 * Reasons of the judge name values and slots of one person; those words are blotted out, so that the
 * same mistake is counted once whatever it was about.
 */
import { summarizeEpisodes, type Episode, type EpisodeSummary, type Turn } from '../env/index.ts';
import { markKept } from './mark-turn.ts';

export type EvidenceWindow = {
  /** Which iterations these are, in words. */
  readonly label: string;
  readonly summary: EpisodeSummary;
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
    first: describeWindow(first),
    last: describeWindow(last),
    causes: texts
      .map((text) => ({ text, first: early.get(text) ?? 0, last: late.get(text) ?? 0 }))
      .sort((a, b) => b.last - a.last || b.first - a.first),
  };
}

function describeWindow(window: readonly IterationEpisodes[]): EvidenceWindow {
  const [from, to] = [window[0]?.iteration, window.at(-1)?.iteration];
  return {
    label: from === to ? `iteration ${from}` : `iterations ${from} to ${to}`,
    summary: summarizeEpisodes(window.flatMap(({ episodes }) => episodes)),
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
    .filter(({ slot }) => slot !== 'item')
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
