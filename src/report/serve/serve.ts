/** Serves the report of a run while it goes on: every request reads the run as it stands. */
import type * as http from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { formatHost, listen } from '../../base/index.ts';
import { loadRun } from '../load/index.ts';
import { createReportApp, type ReportAppOptions } from './report-app.ts';

export type ServeOptions = ReportAppOptions & {
  /** 0 for any free one. */
  readonly port: number;
};

export type ReportServer = {
  readonly url: string;
  close(): Promise<void>;
};

/** Starts serving. Throws `ConfigError` for a port in use, and as `loadRun` does. */
export async function serveReport(options: ServeOptions): Promise<ReportServer> {
  loadRun(options.directory);
  const { fetch } = createReportApp(options);
  const server = createAdaptorServer({ fetch, overrideGlobalObjects: false }) as http.Server;
  const port = await listen(server, options);
  return {
    url: `http://${formatHost(options.host)}:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
