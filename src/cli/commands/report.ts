/** `rlpa report`: a run as one HTML page, written or served while it goes on. */
import * as path from 'node:path';
import { writeFileAtomic } from '../../base/index.ts';
import { composeReport, serveReport } from '../../report/index.ts';
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
  if (options.serve !== true) {
    const file = options.out ?? path.join(directory, 'report.html');
    writeFileAtomic(file, await composeReport(directory, { refreshSeconds: null }));
    context.print(options.json === true ? JSON.stringify({ file }) : `Written: ${file}`);
    return;
  }
  const server = await serveReport({ directory, host, port });
  context.print(`Serving ${directory} at ${server.url} (Ctrl-C stops)`);
  await new Promise<void>((resolve) => {
    context.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await server.close();
});
