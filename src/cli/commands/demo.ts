/** `rlpa demo`: measure the base, train it, measure again, show the difference. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ConfigError } from '../../base/index.ts';
import { defineRunner } from '../command.ts';
import { renderDuration } from '../progress.ts';
import {
  renderSettings,
  renderSettingsJson,
  measureBase,
  measureTrained,
  renderLedger,
  openTrainingRun,
  resolveRunSettings,
  trainInRun,
  withLedger,
} from '../../app/index.ts';
import type { ConfigFlags } from '../../app/index.ts';
import {
  composeDemoJson,
  renderDemoTable,
  renderDemoTalk,
  writeDemoFiles,
  writeDemoPage,
  type DemoResult,
} from '../demo/report.ts';
type DemoOptions = Omit<ConfigFlags, 'users' | 'judge'> & {
  readonly out?: string;
  readonly resume?: boolean;
  readonly people?: number;
  readonly printConfig?: boolean;
  readonly json?: boolean;
};

export const runDemo = defineRunner<DemoOptions>(async (options, context) => {
  const startMs = context.clock.nowMs();
  const { people, ...rest } = options;
  const measured = people === undefined ? [] : [`evaluation.users=${people}`];
  const flags = { ...rest, set: [...(options.set ?? []), ...measured] };
  const resolved = resolveRunSettings(flags, 'demo');
  if (options.printConfig === true) {
    context.print(options.json === true ? renderSettingsJson(resolved) : renderSettings(resolved));
    return;
  }
  const out = chooseDirectory(options);
  const { log } = context;
  const training = await openTrainingRun(
    resolved,
    { out, resume: options.resume === true },
    context,
  );
  const { iterations, episodesPerIteration, evaluation } = resolved.settings;
  log(`Run directory: ${out} (Ctrl-C saves; rlpa demo --out ${out} --resume goes on)`);
  const measureAndTrain = async (): Promise<Pick<DemoResult, 'base' | 'rlpa'>> => {
    log(`1/4 Measuring the base on ${evaluation.users} held-out people of each family`);
    const base = await measureBase(training, context);
    log(`2/4 Training: ${iterations} iterations of ${episodesPerIteration} conversations`);
    await trainInRun(training, context);
    log('3/4 Measuring the trained policy on the same people');
    const rlpa = await measureTrained(training, context);
    return { base, rlpa };
  };
  const { outcome, ledger } = await withLedger(training, context, measureAndTrain);
  if (ledger !== null) log(renderLedger(ledger));
  log('4/4 Drawing curves, writing transcripts and the page');
  const seconds = (context.clock.nowMs() - startMs) / 1000;
  const result = { training, ...outcome, seconds, command: context.command };
  const files = await writeDemoFiles(result);
  const page = await writeDemoPage(result);
  if (options.json === true) {
    context.print(JSON.stringify(composeDemoJson(result)));
    return;
  }
  context.print(
    [
      '',
      renderDemoTable(result),
      '',
      `Done in ${renderDuration(seconds)}. Written:`,
      ...files.map((file) => `  ${file}`),
      '',
      'Look at it in a browser:',
      `  ${page}`,
      'Talk to the trained policy:',
      `  npx rlpa chat --policy ${out}`,
      '',
      renderDemoTalk(result),
    ].join('\n'),
  );
});

const defaultDirectory = path.join('runs', 'demo');

/** The first directory of the series that is free, unless one is named. */
function chooseDirectory(options: DemoOptions): string {
  if (options.out !== undefined) return options.out;
  if (options.resume === true) {
    throw new ConfigError('out_missing', 'Which demo is to be resumed?', {
      hint: `Name its directory: rlpa demo --out ${defaultDirectory} --resume`,
    });
  }
  for (let number = 1; ; number += 1) {
    const directory = number === 1 ? defaultDirectory : `${defaultDirectory}-${number}`;
    if (!fs.existsSync(directory)) return directory;
  }
}
