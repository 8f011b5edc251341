/** `rlpa demo`: measure the base, train it, measure again, show the difference. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  renderLedger,
  renderSettings,
  renderSettingsJson,
  resolveRunSettings,
  train,
} from '../../app/index.ts';
import { ConfigError } from '../../base/index.ts';
import { defineRunner } from '../command.ts';
import { readSource, type SettingsFlags } from '../config-flags.ts';
import {
  composeDemoJson,
  renderDemoTable,
  renderDemoTalk,
  writeDemoFiles,
  writeDemoPage,
} from '../demo/report.ts';
import { renderDuration } from '../progress.ts';

type DemoFlags = Omit<SettingsFlags, 'users' | 'judge'> & {
  readonly out?: string;
  readonly resume?: boolean;
  readonly people?: number;
  readonly printConfig?: boolean;
  readonly json?: boolean;
};

export const runDemo = defineRunner<DemoFlags>(async (options, context) => {
  const startMs = context.clock.nowMs();
  const { people, resume = false, json = false } = options;
  const measured = { 'evaluation.users': people, 'evaluation.beforeAndAfter': true };
  const source = { ...(await readSource(options, measured)), preset: 'demo' };
  if (options.printConfig === true) {
    const out = options.out === undefined ? {} : { out: options.out };
    const resolved = resolveRunSettings({ ...source, ...out, resume });
    context.print(json ? renderSettingsJson(resolved) : renderSettings(resolved));
    return;
  }
  const out = chooseDirectory(options);
  const { log, rlpa } = context;
  log(`Run directory: ${out} (Ctrl-C saves; ${rlpa} demo --out ${out} --resume goes on)`);
  const { summary, measured: both, ledger } = await train({ ...context, ...source, out, resume });
  if (summary === null || both === null) throw new Error('internal: the demo was not measured');
  log('Drawing curves, writing transcripts and the page');
  const seconds = (context.clock.nowMs() - startMs) / 1000;
  const { training, command } = summary;
  const result = { training, measures: both, seconds, command };
  const files = await writeDemoFiles(result);
  const page = await writeDemoPage(result);
  if (json) {
    context.print(JSON.stringify(composeDemoJson(result)));
    return;
  }
  context.print(
    [
      '',
      renderDemoTable(result),
      '',
      ...(ledger === null ? [] : [renderLedger(ledger), '']),
      `Done in ${renderDuration(seconds)}. Written:`,
      ...files.map((file) => `  ${file}`),
      '',
      'Look at it in a browser:',
      `  ${page}`,
      'Talk to the trained policy:',
      `  ${rlpa} chat --policy ${out}`,
      '',
      renderDemoTalk(result),
    ].join('\n'),
  );
});

const defaultDirectory = path.join('runs', 'demo');

/** The first directory of the series that is free, unless one is named. */
function chooseDirectory(options: DemoFlags): string {
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
