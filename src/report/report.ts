/** A report of a run: which conversations it shows, and the page they stand in. */
import type { EpisodeView } from './episode-view.ts';
import { describeEpisode } from './episode-view.ts';
import { loadEpisodes, loadRun, type RunData } from './load-run.ts';
import { renderPage, type PageOptions, type TranscriptData } from './page.ts';

/** Conversations a page holds, and characters of them, at most. */
export const pageLimits = { episodes: 120, characters: 6_000_000 };

/** Iterations a page takes conversations from. */
const sampledIterations = 4;

/** Composes the report of a run as it stands. Throws as `loadRun` does. */
export async function composeReport(directory: string, options: PageOptions): Promise<string> {
  const run = loadRun(directory);
  return renderPage(run, chooseTranscripts(run), options);
}

/**
 * Chooses conversations: iterations from first to last at even distances, from each the worst and the
 * best by alignment, then others, until the page is full.
 */
export function chooseTranscripts(run: RunData): TranscriptData {
  const chosen = spread(run.iterations, sampledIterations);
  const each = Math.ceil(pageLimits.episodes / Math.max(chosen.length, 1));
  const episodes: EpisodeView[] = [];
  let characters = 0;
  let seen = 0;
  for (const iteration of [...chosen].reverse()) {
    const views = loadViews(run.directory, iteration);
    seen = Math.max(seen, views.length);
    for (const view of takeEnds(views, each)) {
      const size = JSON.stringify(view).length;
      if (characters + size > pageLimits.characters) break;
      characters += size;
      episodes.push(view);
    }
  }
  const total = seen * run.iterations.length;
  return {
    episodes,
    total,
    choice:
      chosen.length === 0
        ? 'No conversation is kept yet.'
        : `${episodes.length} of about ${total}: the worst and the best by alignment of iterations ${chosen.join(', ')}.`,
    iterations: run.iterations,
  };
}

/** Reads an iteration's conversations as views. Throws `DataError`. */
export function loadViews(directory: string, iteration: number): EpisodeView[] {
  return loadEpisodes(directory, iteration).map((episode) => describeEpisode(episode, iteration));
}

function spread(values: readonly number[], count: number): number[] {
  if (values.length <= count) return [...values];
  const step = (values.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => values[Math.round(index * step)]!);
}

/** The lower half and the upper half of `count`, by alignment. */
function takeEnds(views: readonly EpisodeView[], count: number): EpisodeView[] {
  const sorted = [...views].sort((a, b) => (a.alignment ?? 0) - (b.alignment ?? 0));
  if (sorted.length <= count) return sorted;
  const low = Math.ceil(count / 2);
  return [...sorted.slice(0, low), ...sorted.slice(sorted.length - (count - low))];
}
