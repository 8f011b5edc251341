/**
 * The remote models of a command: clients, their shared books, and the file the books are kept in.
 *
 * Keys are read from the environment here and handed to the clients; nothing else sees them. Two
 * roles on one server share its limits.
 */
import { ConfigError } from '../base/index.ts';
import {
  CallLedger,
  createEmbeddingClient,
  createModelClient,
  createModelServer,
  ReplyCache,
  type ChatModel,
  type EmbeddingClient,
  type EmbeddingModel,
  type LedgerRecord,
  type ModelClient,
  type ModelServer,
} from '../chat/index.ts';
import type { AppContext } from './context.ts';
import { openRunLedger, writeLedgerSummary } from './run-ledger.ts';
import { checkConsent, type ModelSection } from './settings/consent.ts';
import type { ResolvedSettings } from './settings/resolve.ts';
import type { ModelsSettings } from './settings/schema.ts';

/** What models do, as books and estimates name it. */
export const modelRoles = ['user', 'judge', 'matcher'] as const;
export type ModelRole = (typeof modelRoles)[number];

/** Clients of a run. `matcher` and `embeddings` both match items; the one asks in words. */
export type Clients = {
  readonly user?: ChatModel;
  readonly judge?: ChatModel;
  readonly matcher?: ChatModel;
  readonly embeddings?: EmbeddingModel;
};

type ClientName = keyof Clients;

/** Section of the settings that a client is found under, and the role it is booked as. */
const clientTable = {
  user: { section: 'user', role: 'user' },
  judge: { section: 'judge', role: 'judge' },
  matcher: { section: 'judge', role: 'matcher' },
  embeddings: { section: 'embeddings', role: 'matcher' },
} as const satisfies Record<ClientName, { section: ModelSection; role: ModelRole }>;

export type OpenedModels = {
  readonly clients: Clients;
  readonly ledger: CallLedger;
  /** Keeps the books in a run's folder from now on, and goes on with those that lie there. */
  keepLedgerIn(folder: string): void;
  /** Sends nothing more, waits for what was sent and writes the books; call it however the work ended. */
  close(): Promise<LedgerRecord>;
};

export type OpenModelsOptions = {
  readonly settings: ModelsSettings;
  readonly names: readonly ClientName[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
};

/** Opens the clients of the given names. Throws `ConfigError` when a key is not set. */
export function openModels(options: OpenModelsOptions): OpenedModels {
  const ledger = new CallLedger({ budget: options.settings.budget });
  let folder: string | null = null;
  const clients = openClients(options, ledger);
  return {
    clients,
    ledger,
    keepLedgerIn: (name) => {
      folder = name;
      ledger.keepIn(openRunLedger(name));
    },
    close: async () => {
      await Promise.all(Object.values(clients).map((client) => client.close()));
      const record = ledger.record();
      if (folder !== null) writeLedgerSummary(folder, record);
      ledger.close();
      return record;
    },
  };
}

/**
 * Opens what the world's settings give to models; null where that is nothing.
 * Throws `ConfigError` for what a run folder asks and nobody allowed.
 */
export function openModelsFor(
  { settings, sources, folder, consent }: Omit<ResolvedSettings, 'preset'>,
  { environment, signal, log }: Pick<AppContext, 'environment' | 'signal' | 'log'>,
): OpenedModels | null {
  const { world, models } = settings;
  const { users, judge, matching } = world;
  const names: ClientName[] = [];
  if (users.kind === 'model') names.push('user');
  if (judge.kind === 'model') names.push('judge');
  if (matching.kind === 'model') names.push('matcher');
  if (matching.kind === 'embeddings') names.push('embeddings');
  if (names.length === 0) return null;
  const sections = [...new Set(names.map((name) => clientTable[name].section))];
  for (const line of checkConsent({ models, sources, sections, folder, consent })) log(line);
  return openModels({ settings: models, names, environment, signal });
}

function openClients(
  { settings, names, environment, signal }: OpenModelsOptions,
  ledger: CallLedger,
): Partial<Record<Exclude<ClientName, 'embeddings'>, ModelClient>> & {
  readonly embeddings?: EmbeddingClient;
} {
  const servers = new Map<string, ModelServer>();
  const cache = settings.cache === null ? null : new ReplyCache(settings.cache);
  const open = (name: ClientName): ModelClient | EmbeddingClient => {
    const { section, role } = clientTable[name];
    const { baseUrl, model, apiKeyEnv, prices } = settings[section];
    if (baseUrl === null || model === null) {
      throw new ConfigError('model_unnamed', `models.${section} names no server or no model.`, {
        hint: `Set models.${section}.baseUrl and models.${section}.model.`,
      });
    }
    const server = servers.get(baseUrl) ?? createModelServer({ limits: settings.limits });
    servers.set(baseUrl, server);
    const key = readKey(section, apiKeyEnv, environment);
    const endpoint = { baseUrl, model, prices };
    const options = { key, server, ledger, role, cache, signal };
    if (section === 'embeddings') return createEmbeddingClient({ ...options, endpoint });
    const { maxTokensField } = settings[section];
    return createModelClient({ ...options, endpoint: { ...endpoint, maxTokensField } });
  };
  return Object.fromEntries(names.map((name) => [name, open(name)]));
}

function readKey(
  section: string,
  name: string | null,
  environment: OpenModelsOptions['environment'],
): string | null {
  if (name === null) return null;
  const key = environment[name]?.trim();
  if (key !== undefined && key !== '') return key;
  throw new ConfigError('key_missing', `The environment variable ${name} is not set.`, {
    details: { variable: name, section },
    hint: `Export it, or set models.${section}.apiKeyEnv to null for a server without keys.`,
  });
}
