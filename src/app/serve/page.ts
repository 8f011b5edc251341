/**
 * The page that the server shows people, and the reports of training runs beside it.
 *
 * Built files only, read once: a path names nothing on the disk. The content policy lets in the page's own
 * script and style and nothing else. On a server with keys there is the page, which asks for one, and no runs.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { createReportApp, listRuns } from '../../report/index.ts';
import type { ServerApp } from '../../server/index.ts';
import { packageRoot } from '../package-files.ts';

export type PageOptions = {
  /** Folder of training runs; null for none. */
  readonly runs: string | null;
  /** Name or address the server was started with. */
  readonly host: string;
};

export type ServedPage = {
  extend(app: ServerApp): void;
  /** Paths that answer without a key. */
  isOpen(path: string): boolean;
};

const folder = path.join(packageRoot, 'dist', 'web');

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

const policy = [
  "default-src 'none'",
  ...['script', 'style', 'connect', 'img'].map((kind) => `${kind}-src 'self'`),
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Reads the page's files. */
export function openPage({ runs, host }: PageOptions): ServedPage {
  const files = readFiles();
  return {
    isOpen: (asked) => files.has(asked),
    extend: (app) => {
      for (const [name, { type, content }] of files) {
        app.get(name, (context) =>
          context.body(content, 200, {
            'content-type': type,
            'content-security-policy': policy,
            'cross-origin-resource-policy': 'same-origin',
          }),
        );
      }
      if (runs !== null) addRuns(app, runs, host);
    },
  };
}

function addRuns(app: ServerApp, runs: string, host: string): void {
  app.get('/runs/', (context) => context.json({ runs: listRuns(runs) }));
  for (const route of ['/runs/:run/', '/runs/:run/state', '/runs/:run/episodes']) {
    app.get(route, (context) => {
      const run = context.req.param('run') ?? '';
      if (!listRuns(runs).some(({ name }) => name === run)) return context.notFound();
      const address = new URL(context.req.url);
      address.pathname = route.slice('/runs/:run'.length);
      const asked = new Request(address, { headers: context.req.raw.headers });
      return createReportApp({ directory: path.join(runs, run), host }).fetch(asked);
    });
  }
}

function readFiles(): ReadonlyMap<
  string,
  { readonly type: string; readonly content: Uint8Array<ArrayBuffer> }
> {
  if (!fs.existsSync(folder)) return new Map();
  return new Map(
    fs
      .readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => types[path.extname(name)] !== undefined)
      .map((name) => {
        const address = `/${name.replaceAll(path.sep, '/')}`;
        return [
          address === '/index.html' ? '/' : address,
          {
            type: types[path.extname(name)] ?? '',
            content: new Uint8Array(fs.readFileSync(path.join(folder, name))),
          },
        ];
      }),
  );
}
