/** `rlpa eval persona-chat` and `rlpa eval prefeval`: a policy on texts from a file. */
import { measurePersonaChat, measurePrefEval } from '../../app/index.ts';
import { renderInterval, renderTable, type TableColumn } from '../../eval/index.ts';
import { readSource, type SettingsFlags } from '../config-flags.ts';
import type { CommandContext } from '../context.ts';

export type TextFlags = SettingsFlags & {
  readonly policy?: string;
  readonly data?: string;
  readonly items?: number;
  readonly filler?: readonly number[];
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
