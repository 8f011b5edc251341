/** A server of chats from a program: its model, its store, its keys, until it is closed. */
import { ConfigError, DataError, readJsonFile } from '../../base/index.ts';
import { openProfileStore } from '../../memory/index.ts';
import {
  createFullKey,
  keyFileSchema,
  serveChat,
  type ApiKey,
  type ChatServer,
  type RequestLimits,
  type ServerApp,
} from '../../server/index.ts';
import { createContext } from '../context.ts';
import { readPackageVersion } from '../package-files.ts';
import { refuseUnused } from '../settings/unused.ts';
import { openPage } from './page.ts';
import { chatSettings, openServedModel, type ServedModelOptions } from './served-model.ts';

export type ServeOptions = ServedModelOptions & {
  readonly host?: string | undefined;
  /** 0 for any free one; 4748 by default. */
  readonly port?: number | undefined;
  /** Path of a SQLite file, `postgres://…`, or null for no memory; `rlpa-profiles.db` by default. */
  readonly store?: string | null | undefined;
  /** File of API keys. */
  readonly keys?: string | undefined;
  /** A key that may do everything. */
  readonly apiKey?: string | undefined;
  /** Origins of pages elsewhere that may ask; `*` for all of them. */
  readonly corsOrigins?: readonly string[] | undefined;
  readonly limits?: Partial<RequestLimits>;
  /** Takes log lines in JSON; by default nothing is logged. */
  readonly requestLog?: { write(line: string): void };
  /** Folder of training runs that the page lists; `runs` by default. A server with keys lists none. */
  readonly runs?: string | undefined;
  /** Adds what is served beside the API and the page. */
  readonly extend?: (app: ServerApp) => void;
};

/** A server, and what stands behind it. */
export type Serving = Pick<ChatServer, 'url' | 'engine'> & {
  /** What the model can and cannot, for a person. */
  readonly about: string;
  /** Where profiles are kept; null for nowhere. */
  readonly store: string | null;
  close(): Promise<void>;
};

/** Starts it. Throws `ConfigError`, `DataError`, `CheckpointError`, `StoreError`, `ProviderError`. */
export async function serve(options: ServeOptions = {}): Promise<Serving> {
  const context = createContext(options);
  refuseUnused(options, { only: chatSettings }, 'Serving');
  const { host = '127.0.0.1', port = 4748, store: place = 'rlpa-profiles.db' } = options;
  const keys = listKeys(options);
  const corsOrigins = (options.corsOrigins ?? []).map(readOrigin);
  const store = place === null ? null : await openProfileStore(place, context.clock);
  const closers: (() => Promise<void>)[] = [async () => store?.close()];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.reverse()) await close();
  };
  try {
    const opened = await openServedModel(options, context);
    closers.push(() => opened.close());
    const page = openPage({ runs: keys.length > 0 ? null : (options.runs ?? 'runs'), host });
    const server = await serveChat({
      ...{ model: opened.model, store, host, port, keys, clock: context.clock },
      version: readPackageVersion(),
      corsOrigins,
      ...(options.limits === undefined ? {} : { limits: options.limits }),
      ...(options.requestLog === undefined ? {} : { log: options.requestLog }),
      extend: (app) => {
        page.extend(app);
        options.extend?.(app);
      },
      isOpen: page.isOpen,
    });
    closers.push(() => server.close());
    const { url, engine } = server;
    return { url, engine, about: opened.model.about, store: store?.name ?? null, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** Spells an origin as browsers send it, or what is spelled otherwise would never be let in. */
function readOrigin(given: string): string {
  if (given === '*') return given;
  const isOrigin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+\/?$/iu.test(given) && URL.canParse(given);
  if (isOrigin) {
    const { protocol, host } = new URL(given);
    return `${protocol}//${host}`;
  }
  throw new ConfigError('cors_invalid', `Expected an origin of pages to let in, found ${given}.`, {
    hint: 'An origin is scheme, host and port without a path: --cors https://app.example, --cors http://localhost:3000',
  });
}

function listKeys({ keys: file, apiKey }: ServeOptions): ApiKey[] {
  if (apiKey !== undefined && apiKey.length < 8) {
    throw new ConfigError('api_key_short', 'An API key must have at least 8 characters.', {
      hint: 'For example: export RLPA_API_KEY=$(openssl rand -hex 24)',
    });
  }
  const own = apiKey === undefined ? [] : [createFullKey(apiKey, 'RLPA_API_KEY')];
  if (file === undefined) return own;
  const json = readJsonFile(file, 'file of API keys', { maxBytes: 2 ** 20 });
  const { data, error } = keyFileSchema.safeParse(json);
  if (data !== undefined) return [...own, ...data.keys];
  // What was found is not repeated: it may be a key in the wrong place.
  const [issue] = error.issues;
  const where = issue?.path.map(String).join('.') ?? '';
  throw new DataError('keys_malformed', `${file}: ${where}: ${issue?.message}.`, {
    hint: 'Expected {"keys": [{"name": "…", "sha256": "…", "scopes": ["chat"]}]}; sha256 is that of the key, in hex.',
  });
}
