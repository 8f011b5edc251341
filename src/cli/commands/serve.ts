/** `rlpa serve`: chats over HTTP, with a profile of each person. */
import { findTrainedDemo, serve } from '../../app/index.ts';
import { defineRunner } from '../command.ts';
import { readSource, type SettingsFlags } from '../config-flags.ts';
import { readUpstream, type UpstreamFlags } from '../upstream-flags.ts';

type ServeFlags = SettingsFlags &
  UpstreamFlags & {
    readonly store?: string;
    readonly host?: string;
    readonly port?: number;
    readonly keys?: string;
    readonly cors?: readonly string[];
    readonly temperature?: number;
    readonly runs?: string;
    readonly open?: boolean;
  };

export const runServe = defineRunner<ServeFlags>(async (options, context) => {
  const { environment } = context;
  const source = await readSource(options, {}, ['seed', 'preset']);
  const isGiven = options.policy !== undefined || options.upstream !== undefined;
  const policy = isGiven ? options.policy : (findTrainedDemo(options.runs) ?? undefined);
  const serving = await serve({
    ...context,
    ...source,
    policy,
    upstream: readUpstream(options, environment),
    profileBy: options.profileBy,
    temperature: options.temperature,
    runs: options.runs,
    host: options.host,
    port: options.port,
    store: options.store === 'none' ? null : options.store,
    keys: options.keys,
    apiKey: environment['RLPA_API_KEY'],
    corsOrigins: options.cors,
    requestLog: { write: (line) => context.log(line.trimEnd()) },
  });
  context.print(`Serving at ${serving.url} (Ctrl-C stops)`);
  context.log(serving.about);
  if (!isGiven && policy !== undefined) {
    context.log(`It was trained by the demo in ${policy}; --policy names another.`);
  }
  context.log(
    serving.store === null
      ? 'Nothing is remembered: there is no store.'
      : `Profiles are kept in ${serving.store}.`,
  );
  if (options.open === true) await showPage(serving.url, context.log);
  try {
    await new Promise<void>((resolve) => {
      if (context.signal.aborted) resolve();
      context.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  } finally {
    await serving.close();
  }
});

/** Shows the page in the browser of the person; where there is none, the address is printed already. */
async function showPage(url: string, log: (text: string) => void): Promise<void> {
  const { default: openInBrowser } = await import('open');
  try {
    const started = await openInBrowser(url);
    started.on('error', () => log(`No browser could be started here. Open ${url} in one.`));
  } catch {
    log(`No browser could be started here. Open ${url} in one.`);
  }
}
