/**
 * What a served report answers: the page, the state of its run, one iteration's conversations.
 *
 * There is no route to a file: a path names nothing on the disk.
 */
import { Hono, type Context } from 'hono';
import { isMeantFor, parseHost, RlpaError } from '../../base/index.ts';
import { loadRun, stampRun } from '../load/index.ts';
import { composeReport, loadViews } from '../report.ts';

export type ReportAppOptions = {
  readonly directory: string;
  /** Name or address the server was started with. */
  readonly host: string;
};

/** Seconds between two looks of an open page. */
const refreshSeconds = 5;

const headers: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Creates the app: `/` is the page, `/state` tells whether there is news, `/episodes?iteration=N`. */
export function createReportApp({ directory, host }: ReportAppOptions): Hono {
  const composePage = keepPage(directory);
  const app = new Hono();
  app.use(async (context, next) => {
    const refusal = refuse(context, host);
    if (refusal === null) await next();
    else context.res = refusal;
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
  });
  app.get('/', async (context) => context.html(await composePage()));
  app.get('/state', (context) => {
    const { metrics, iterations } = loadRun(directory);
    return context.json({ stamp: stampRun(directory), finished: metrics.length, iterations });
  });
  app.get('/episodes', (context) => {
    const iteration = Number(context.req.query('iteration'));
    return loadRun(directory).iterations.includes(iteration)
      ? context.json(loadViews(directory, iteration))
      : context.text('There are no conversations of that iteration.', 404);
  });
  app.notFound((context) => context.text('Not found.', 404));
  app.onError((error, context) =>
    context.text(error instanceof RlpaError ? error.message : 'The run cannot be read.', 500),
  );
  return app;
}

function refuse(context: Context, bound: string): Response | null {
  const { req } = context;
  // A request line may name a host of its own, which then stands in the URL.
  const asked = [req.header('host') ?? '', new URL(req.url).host].map(parseHost);
  if (!asked.every((host) => host !== null && isMeantFor(bound, host))) {
    return context.text(
      'This server answers to the name it was started with (--host) and to addresses.',
      403,
    );
  }
  if (isFromElsewhere(req.header('sec-fetch-site'), req.header('sec-fetch-mode'))) {
    return context.text('Only the page itself may ask for this.', 403);
  }
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    return context.text('Only GET.', 405, { allow: 'GET, HEAD' });
  }
  return null;
}

/** A link from elsewhere may open the page; a script, frame or picture elsewhere may not load it. */
function isFromElsewhere(site: string | undefined, mode: string | undefined): boolean {
  const isOwn = site === undefined || site === 'same-origin' || site === 'none';
  return !isOwn && mode !== 'navigate';
}

/** Composes the page anew only when the run has moved on: a training run needs the machine more. */
function keepPage(directory: string): () => Promise<string> {
  let kept: { readonly stamp: string; readonly page: Promise<string> } | null = null;
  return () => {
    const stamp = stampRun(directory);
    if (kept?.stamp === stamp) return kept.page;
    const page = composeReport(directory, { refreshSeconds });
    kept = { stamp, page };
    page.catch(() => (kept = null));
    return page;
  };
}
