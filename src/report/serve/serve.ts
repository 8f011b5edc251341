/** Serves the report of a run while it goes on: every request reads the run as it stands. */
import type * as http from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import { ConfigError } from '../../base/index.ts';
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
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: http.Server, { host, port }: ServeOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        new ConfigError(
          'cannot_listen',
          `Cannot listen on ${host}:${port}: ${describeRefusal(cause)}.`,
          {
            details: { host, port },
            hint: 'Choose another with --port N (0 takes any free one) or --host.',
            cause,
          },
        ),
      );
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

function describeRefusal({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return 'the port is in use';
  if (code === 'EADDRNOTAVAIL') return 'this machine has no such address';
  if (code === 'EACCES') return 'the port is reserved for the system';
  return code ?? message;
}
