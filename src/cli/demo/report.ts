/** What the demo leaves behind: its page, demo.json, curves, transcripts, and what it prints. */
import * as path from 'node:path';
import { writeFileAtomic } from '../../base/index.ts';
import {
  describeDecoding,
  describeLearningCurves,
  renderComparison,
  renderLineChart,
  renderTranscript,
  type LineChart,
  type WorldScores,
} from '../../eval/index.ts';
import {
  composeReport,
  describeChoice,
  findTypical,
  pairTalks,
  renderPairText,
} from '../../report/index.ts';
import type { TrainingSummary } from '../../app/index.ts';
import {
  compareGroups,
  listGroups,
  placeScores,
  recordScale,
  renderScale,
  scoresByGroup,
  type Group,
  type RunMeasures,
} from '../../app/index.ts';

export type DemoResult = {
  readonly training: Pick<TrainingSummary['training'], 'run' | 'settings' | 'families'>;
  readonly measures: RunMeasures;
  /** Wall-clock seconds of this process. */
  readonly seconds: number;
  readonly command: string;
};

/** Composes demo.json: scores under `base` and `rlpa`, each `trained` and `untrained`. */
export function composeDemoJson(result: DemoResult): Readonly<Record<string, unknown>> {
  const { training, measures, seconds, command } = result;
  const { before: base, after: rlpa, floors } = measures;
  const { seed, iterations, evaluation, engine } = training.settings;
  return {
    format: 1,
    command,
    seed,
    evaluation_seed: evaluation.seed,
    iterations,
    threads: engine.threads,
    seconds,
    families: training.families,
    base: placeScores(scoresByGroup(base.chosen), floors),
    rlpa: placeScores(scoresByGroup(rlpa.chosen), floors),
    ...recordScale(measures),
    decodings: {
      base: { choice: base.choice, ...base.selection },
      rlpa: { choice: rlpa.choice, ...rlpa.selection },
    },
  };
}

/** Renders the table that compares base and trained policy, and where they stand among scripts. */
export function renderDemoTable({ measures }: DemoResult): string {
  const { before, after } = measures;
  const table = renderComparison(compareGroups(before.chosen, after.chosen), {
    before: 'base',
    after: 'rlpa',
  });
  const scale = renderScale(measures);
  return scale === '' ? table : `${table}\n\n${scale}`;
}

/** Turns of the printed conversation, and columns of its lines. */
const printed = { turns: 12, width: 80 };

/** Renders one person's conversations before and after training. */
export function renderDemoTalk({ measures }: DemoResult): string {
  const { before, after } = measures;
  const pairs = pairTalks(before.chosen.trained.episodes, after.chosen.trained.episodes);
  const pair = findTypical(pairs);
  if (pair === null) return '';
  const turns = Math.min(printed.turns, pair.after.turns.length);
  return `One person it never met, ${turns} turns (${describeChoice(pairs, { isMeasurement: true })}):\n\n${renderPairText(pair, printed)}`;
}

/** Writes the run's page, which reads what `writeDemoFiles` wrote; returns the file. */
export async function writeDemoPage({ training }: DemoResult): Promise<string> {
  const { run } = training;
  const file = run.file('report.html');
  writeFileAtomic(file, await composeReport(run.directory, { refreshSeconds: null }));
  return path.normalize(file);
}

/** Writes everything into the run directory; returns the files, the most telling first. */
export async function writeDemoFiles(result: DemoResult): Promise<string[]> {
  const { training, measures } = result;
  const { run } = training;
  const written: string[] = [];
  const write = (names: readonly string[], text: string): void => {
    const file = run.file(...names);
    writeFileAtomic(file, text);
    written.push(path.normalize(file));
  };
  write(['demo.json'], `${JSON.stringify(composeDemoJson(result), null, 2)}\n`);
  write(['table.txt'], `${renderDemoTable(result)}\n`);
  const curves = describeLearningCurves(run.readMetrics());
  write(['learning-curves.svg'], await renderLineChart(curves));
  for (const group of listGroups(measures.after.chosen)) {
    const [before, after] = [measures.before.chosen[group], measures.after.chosen[group]];
    if (before === undefined || after === undefined) continue;
    const chart = describeTurns(before.scores, after.scores, group);
    write([`by-turn-${group}.svg`], await renderLineChart(chart));
  }
  for (const [name, text] of listTranscripts(result)) write(['transcripts', name], text);
  return written;
}

function describeTurns(before: WorldScores, after: WorldScores, group: Group): LineChart {
  const series = [
    { metric: 'alignment', title: 'alignment' },
    { metric: 'profile_f1_disclosed', title: 'F1 disclosed' },
    { metric: 'profile_f1_full', title: 'F1 full' },
  ] as const;
  return {
    title: `Held-out users of the ${group} family, by turn (base ${describeDecoding(before)}, rlpa ${describeDecoding(after)})`,
    xName: 'turn',
    x: after.alignment.map((_, index) => index + 1),
    series: series.flatMap(({ metric, title }, colour) => [
      { name: `${title}, base`, values: before[metric], colour, isDashed: true },
      { name: `${title}, rlpa`, values: after[metric], colour },
    ]),
  };
}

/** The first people of each family, as they come: two of the trained one, one of the other. */
function listTranscripts({ measures }: DemoResult): [string, string][] {
  const picks: readonly (readonly [Group, number])[] = [
    ['trained', 0],
    ['trained', 1],
    ['untrained', 0],
  ];
  return picks.flatMap(([group, index], place): [string, string][] => {
    const episode = measures.after.chosen[group]?.episodes[index];
    if (episode === undefined) return [];
    const title = `The trained policy with a held-out user of the ${group} family`;
    return [[`${place + 1}-${group}.md`, renderTranscript(episode, title)]];
  });
}
