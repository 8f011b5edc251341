/** Serves the report of a run while it goes on: every request reads the run as it stands. */
import * as http from 'node:http';
import { ConfigError, RlpaError } from '../base/index.ts';
import { loadRun, stampRun } from './load-run.ts';
import { composeReport, loadViews } from './report.ts';

export type ServeOptions = {
  readonly directory: string;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
};

export type ReportServer = {
  readonly url: string;
  close(): Promise<void>;
};

/** Seconds between two looks of an open page. */
const refreshSeconds = 5;

type KeptPage = { readonly stamp: string; readonly body: string };

/**
 * Starts serving: `/` is the page, `/state` what tells an open page that there is news, and
 * `/episodes?iteration=N` one iteration's conversations. Throws `ConfigError` for a port in use.
 */
export async function serveReport(options: ServeOptions): Promise<ReportServer> {
  loadRun(options.directory);
  const composePage = keepPage(options.directory);
  const server = http.createServer((request, response) => {
    void answer(options, request, composePage).then(({ status, type, body }) => {
      response.writeHead(status, {
        'content-type': `${type}; charset=utf-8`,
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    });
  });
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

type Answer = { readonly status: number; readonly type: string; readonly body: string };

/** Composes the page anew only when the run has moved on: a training run needs the machine more. */
function keepPage(directory: string): () => Promise<string> {
  let kept: KeptPage | null = null;
  return async () => {
    const stamp = stampRun(directory);
    if (kept?.stamp !== stamp) {
      kept = { stamp, body: await composeReport(directory, { refreshSeconds }) };
    }
    return kept.body;
  };
}

async function answer(
  options: ServeOptions,
  request: http.IncomingMessage,
  composePage: () => Promise<string>,
): Promise<Answer> {
  const { directory } = options;
  if (!isMeant(options, request.headers.host)) {
    return plain(403, 'This server answers to the address it was started with.');
  }
  const url = new URL(request.url ?? '/', 'http://report');
  try {
    if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Only GET.');
    switch (url.pathname) {
      case '/':
        return { status: 200, type: 'text/html', body: await composePage() };
      case '/state': {
        const { metrics, iterations } = loadRun(directory);
        return json({ stamp: stampRun(directory), finished: metrics.length, iterations });
      }
      case '/episodes': {
        const iteration = Number(url.searchParams.get('iteration'));
        const isKnown = loadRun(directory).iterations.includes(iteration);
        return isKnown
          ? json(loadViews(directory, iteration))
          : plain(404, 'There are no conversations of that iteration.');
      }
      default:
        return plain(404, 'Not found.');
    }
  } catch (error) {
    return plain(500, error instanceof RlpaError ? error.message : 'The run cannot be read.');
  }
}

/** A page elsewhere must not read conversations by giving its own name this machine's address. */
function isMeant({ host }: ServeOptions, asked: string | undefined): boolean {
  if (!loopback.has(host)) return true;
  const name = (asked ?? '').replace(/:\d+$/u, '').replace(/^\[|\]$/gu, '');
  return loopback.has(name);
}

const loopback = new Set(['127.0.0.1', 'localhost', '::1']);

function json(value: unknown): Answer {
  return { status: 200, type: 'application/json', body: JSON.stringify(value) };
}

function plain(status: number, body: string): Answer {
  return { status, type: 'text/plain', body };
}
