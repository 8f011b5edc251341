/** A report of a run: which conversations it shows, and the page they stand in. */
import type { Episode } from '../env/index.ts';
import type { EpisodeView } from './episode-view.ts';
import { computeAlignment, describeEpisodes } from './episode-view.ts';
import { compareEnds, type Evidence } from './evidence.ts';
import {
  groups,
  loadEpisodes,
  loadHeldOutTalks,
  loadRun,
  stampRun,
  type HeldOutTalks,
  type RunData,
} from './load/index.ts';
import { renderPage, type PageOptions, type TranscriptData } from './page.ts';
import { endIterations } from './training-findings.ts';

/** Conversations a page holds, and characters of them, at most; iterations they are taken from. */
export const pageLimits = { episodes: 240, characters: 6_000_000, iterations: 20 };

/** Measured conversations a page holds, of each policy and family. */
const heldOutEpisodes = 10;

/** Composes the report of a run as it stands. Throws as `loadRun` does. */
export async function composeReport(
  directory: string,
  options: Pick<PageOptions, 'refreshSeconds'>,
): Promise<string> {
  const stamp = stampRun(directory);
  const run = loadRun(directory);
  const talks = loadHeldOutTalks(directory);
  const input = { run, talks, evidence: gatherEvidence(run) };
  return renderPage(input, chooseTranscripts(run, talks), { ...options, stamp });
}

/** Reads the conversations at both ends of the run; null where there are none. */
function gatherEvidence({ directory, iterations }: RunData): Evidence | null {
  const size = Math.min(endIterations, Math.max(1, Math.floor(iterations.length / 2)));
  const load = (window: readonly number[]): Parameters<typeof compareEnds>[0] =>
    window.map((iteration) => ({ iteration, episodes: loadEpisodes(directory, iteration) }));
  if (iterations.length === 0) return null;
  return compareEnds(load(iterations.slice(0, size)), load(iterations.slice(-size)));
}

/**
 * Chooses conversations until the page is full: measured ones as they come, and from iterations at
 * even distances the worst by alignment, the best, and some in between.
 */
export function chooseTranscripts(run: RunData, talks: HeldOutTalks | null): TranscriptData {
  const chosen = spread(run.iterations, pageLimits.iterations);
  const measured = talks === null ? [] : viewHeldOut(talks);
  const each = Math.floor((pageLimits.episodes - measured.length) / Math.max(chosen.length, 1));
  const trained = [...chosen]
    .reverse()
    .flatMap((iteration) => loadViews(run.directory, iteration, each));
  const episodes = fitIn([...measured, ...trained]);
  return {
    episodes,
    choice: describeChoice(run, chosen, episodes),
    iterations: run.iterations,
  };
}

function describeChoice(
  run: RunData,
  chosen: readonly number[],
  episodes: readonly EpisodeView[],
): string {
  if (episodes.length === 0) return 'No conversation is kept yet.';
  const total = run.metrics.reduce((sum, record) => sum + (record['episodes/count'] ?? 0), 0);
  const trained = episodes.filter(({ iteration }) => iteration !== null).length;
  const measured = episodes.length - trained;
  const from =
    chosen.length === run.iterations.length
      ? `each of ${chosen.length} iterations`
      : `${chosen.length} of ${run.iterations.length} iterations, evenly spread`;
  const limit = `A page holds at most ${pageLimits.episodes} conversations and ${pageLimits.characters / 1e6} million characters of them`;
  return [
    `${trained} of ${total === 0 ? 'the' : total.toLocaleString('en')} training conversations, from ${from}: the worst by alignment, the best, and some in between.`,
    ...(measured === 0 ? [] : [`${measured} with held-out people, the first of each measurement.`]),
    `${limit}; rlpa report --serve shows all.`,
  ].join(' ');
}

/** Reads an iteration's conversations as views: all, or the most telling. Throws `DataError`. */
export function loadViews(
  directory: string,
  iteration: number,
  count = Number.POSITIVE_INFINITY,
): EpisodeView[] {
  const episodes = loadEpisodes(directory, iteration);
  const source = { name: `iteration ${iteration}`, iteration };
  return describeEpisodes(episodes, source, takeTelling(episodes, count));
}

/** The same people before and after, so that the two can be read side by side. */
function viewHeldOut({ before, after }: HeldOutTalks): EpisodeView[] {
  return groups.flatMap((group) =>
    [
      { name: 'held-out, before training', episodes: before[group] },
      { name: 'held-out, after training', episodes: after?.[group] },
    ].flatMap(({ name, episodes = [] }) => {
      const chosen = episodes.slice(0, heldOutEpisodes);
      return describeEpisodes(episodes, { name, iteration: null }, chosen);
    }),
  );
}

function spread(values: readonly number[], count: number): number[] {
  if (values.length <= count) return [...values];
  const step = (values.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => values[Math.round(index * step)]!);
}

/** Half of `count` the worst by alignment, a quarter the best, the others in between. */
function takeTelling(episodes: readonly Episode[], count: number): Episode[] {
  if (episodes.length <= count) return [...episodes];
  const rank = (episode: Episode): number =>
    episode.error === null ? (computeAlignment(episode) ?? 0) : -1;
  const sorted = [...episodes].sort((a, b) => rank(a) - rank(b));
  const [low, high] = [Math.ceil(count / 2), Math.floor(count / 4)];
  const between = sorted.slice(low, sorted.length - high);
  const step = between.length / (count - low - high);
  const middle = between.filter((_, index) => index % step < 1);
  return [...sorted.slice(0, low), ...middle, ...sorted.slice(sorted.length - high)];
}

function fitIn(views: readonly EpisodeView[]): EpisodeView[] {
  let characters = 0;
  return views.slice(0, pageLimits.episodes).filter((view) => {
    characters += JSON.stringify(view).length;
    return characters <= pageLimits.characters;
  });
}
