/** `rlpa report`: a run or a comparison as one HTML page; a run may be served while it goes on. */
import * as path from 'node:path';
import { ConfigError, writeFileAtomic } from '../../base/index.ts';
import {
  composeComparisonReport,
  composeReport,
  isComparison,
  serveReport,
} from '../../report/index.ts';
import { defineRunner } from '../command.ts';

type ReportOptions = {
  readonly run: string;
  readonly out?: string;
  readonly serve?: boolean;
  readonly port?: number;
  readonly host?: string;
  readonly json?: boolean;
};

export const runReport = defineRunner<ReportOptions>(async (options, context) => {
  const { run: directory, host = '127.0.0.1', port = 4747 } = options;
  const compares = isComparison(directory);
  if (options.serve !== true) {
    const file = options.out ?? path.join(directory, 'report.html');
    const page = compares
      ? await composeComparisonReport(directory)
      : await composeReport(directory, { refreshSeconds: null });
    writeFileAtomic(file, page);
    context.print(options.json === true ? JSON.stringify({ file }) : `Written: ${file}`);
    return;
  }
  if (compares) {
    throw new ConfigError(
      'serve_comparison',
      `--serve follows one run; ${directory} is a comparison, which is written when it is finished.`,
      { details: { directory }, hint: 'Leave --serve out, or name one of the runs in it.' },
    );
  }
  const server = await serveReport({ directory, host, port });
  context.print(`Serving ${directory} at ${server.url} (Ctrl-C stops)`);
  await new Promise<void>((resolve) => {
    context.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.close();
});
