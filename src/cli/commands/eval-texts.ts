/** The suites of `rlpa eval` besides the world: a policy on texts, from a file or written for it. */
import {
  measurePersonaChat,
  measurePrefEval,
  measureRetention,
  measureTalks,
  type TalkRecord,
} from '../../app/index.ts';
import { writeFileAtomic } from '../../base/index.ts';
import { renderInterval, renderTable, type TableColumn } from '../../eval/index.ts';
import { readSource, type SettingsFlags } from '../config-flags.ts';
import type { CommandContext } from '../context.ts';
import { renderReport } from './chat-text.ts';

export type TextFlags = SettingsFlags & {
  readonly policy?: string;
  readonly data?: string;
  readonly items?: number;
  readonly filler?: readonly number[];
  readonly transcripts?: string;
  readonly temperature?: number;
  readonly json?: boolean;
};

/** Options of both suites. */
async function readOptions(
  { policy, data = '', items, seed, ...flags }: TextFlags,
  context: CommandContext,
): Promise<Parameters<typeof measurePrefEval>[0]> {
  return { ...context, ...(await readSource(flags)), policy, data, items, seed };
}

/** The first column holds words, the others numbers. */
const columns = (...titles: readonly string[]): TableColumn[] =>
  titles.map((title, index) => ({ title, align: index === 0 ? 'left' : 'right' }));

/** Runs the suite on facts in messages. */
export async function runPersonaChat(flags: TextFlags, context: CommandContext): Promise<void> {
  const result = await measurePersonaChat(await readOptions(flags, context));
  if (flags.json === true) {
    context.print(JSON.stringify({ suite: 'persona-chat', ...result }));
    return;
  }
  const { policy, scores, copying, format_rate: readable } = result;
  const rows = [
    [policy, scores, readable],
    ['copying what is said in the first person', copying, 1],
  ] as const;
  context.print(
    renderTable(
      columns('', 'F1', 'precision', 'recall', 'readable'),
      rows.map(([name, { f1, f1_half_width: half, precision, recall }, share]) => [
        name,
        `${f1.toFixed(3)} ± ${half.toFixed(3)}`,
        precision.toFixed(3),
        recall.toFixed(3),
        share.toFixed(3),
      ]),
    ),
  );
}

/** Runs the suite on stated preferences. */
export async function runPrefEval(flags: TextFlags, context: CommandContext): Promise<void> {
  const result = await measurePrefEval({
    ...(await readOptions(flags, context)),
    filler: flags.filler,
  });
  if (flags.json === true) {
    context.print(JSON.stringify({ suite: 'prefeval', ...result }));
    return;
  }
  context.print(
    renderTable(
      columns(
        'filler messages',
        'with the preference',
        'without',
        'gain',
        'longest option',
        'items',
      ),
      result.byFiller.map((scores) => [
        String(scores.filler),
        renderInterval(scores.with_preference),
        renderInterval(scores.without),
        renderInterval(scores.gain),
        scores.longest_option.toFixed(3),
        String(scores.items),
      ]),
    ),
  );
}

/** Runs the suite on what was kept of the base. */
export async function runRetention(flags: TextFlags, context: CommandContext): Promise<void> {
  const result = await measureRetention(await readOptions(flags, context));
  if (flags.json === true) {
    context.print(JSON.stringify({ suite: 'retention', ...result }));
    return;
  }
  const { policy, base, perplexity_change: change, conversations, tokens } = result;
  const rows = [
    [policy.name, policy, `${change < 0 ? '' : '+'}${(100 * change).toFixed(1)} %`],
    ['its base', base, ''],
  ] as const;
  context.print(
    renderTable(
      columns('', `perplexity of ${tokens} tokens`, 'change', 'plain questions answered'),
      rows.map(([name, { perplexity, answered }, difference]) => [
        name,
        perplexity.toFixed(2),
        difference,
        answered.toFixed(2),
      ]),
    ),
  );
  context.log(`Replies of ${conversations} conversations, without a word of notes.`);
}

/** Runs the written conversations. */
export async function runTalks(flags: TextFlags, context: CommandContext): Promise<void> {
  const { transcripts, temperature, seed } = flags;
  const options = await readOptions(flags, context);
  const { records, ...result } = await measureTalks({ ...options, temperature, seed });
  if (transcripts !== undefined) {
    writeFileAtomic(transcripts, `${records.map(renderTranscript).join('\n\n')}\n`);
    context.log(`Wrote ${transcripts}.`);
  }
  if (flags.json === true) {
    context.print(JSON.stringify({ suite: 'talks', ...result, records }));
    return;
  }
  const { policy, talks, right, known } = result;
  context.print(
    renderTable(columns('', 'right profile in the end', 'of all that is to be known'), [
      [policy, `${right} of ${talks}`, known.toFixed(3)],
    ]),
  );
}

function renderTranscript({ turns, profile, wrong }: TalkRecord, index: number): string {
  return [
    `conversation ${index + 1}: ${wrong.length === 0 ? 'right' : `wrong: ${wrong.join(', ')}`}`,
    ...turns.flatMap(({ message, response, report }) => [
      `you: ${message}`,
      `rlpa: ${response}`,
      ...renderReport(report),
    ]),
    'profile:',
    ...profile.map(({ slot, value }) => `  ${slot}: ${value}`),
  ].join('\n');
}
