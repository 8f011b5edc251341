/**
 * The remote models of a command: clients, their shared books, and the file the books are kept in.
 *
 * Keys are read from the environment here and handed to the clients; nothing else sees them. Two
 * roles on one server share its limits.
 */
import { ConfigError } from '../../base/index.ts';
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
} from '../../chat/index.ts';
import type { AppContext } from '../context.ts';
import { clientTable, listModelNeeds, type ClientName } from '../settings/model-needs.ts';
import { openRunLedger, writeLedgerSummary } from './run-ledger.ts';
import { checkConsent } from '../settings/consent.ts';
import type { ResolvedSettings } from '../settings/resolve.ts';
import type { ModelsSettings } from '../settings/schema.ts';

/** Clients of a run. `matcher` and `embeddings` both match items; the one asks in words. */
export type ModelClients = {
  readonly policy?: ChatModel;
  readonly user?: ChatModel;
  readonly judge?: ChatModel;
  readonly matcher?: ChatModel;
  readonly embeddings?: EmbeddingModel;
};

export type OpenedModels = {
  readonly clients: ModelClients;
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
function openModels(options: OpenModelsOptions): OpenedModels {
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

/** What a piece of work takes of what its settings name. */
export type UseOfSettings = {
  /** Clients that are not asked although the settings name them. */
  readonly except?: readonly ClientName[];
  /** Settings that name files or folders it will read. */
  readonly reads?: readonly string[];
};

/**
 * Opens what the world's settings give to models; null where that is nothing.
 * Throws `ConfigError` for all that a run folder asks and nobody allowed, files to read included.
 */
export function openModelsFor(
  { definition, settings, sources, folder, consent }: ResolvedSettings,
  { environment, signal, log }: Pick<AppContext, 'environment' | 'signal' | 'log'>,
  { except = [], reads = [] }: UseOfSettings = {},
): OpenedModels | null {
  const { models } = settings;
  const names = listModelNeeds(definition, settings)
    .map(({ client }) => client)
    .filter((client) => !except.includes(client));
  const sections = [...new Set(names.map((name) => clientTable[name].section))];
  const question = { models, sources, sections, reads, folder, consent };
  for (const line of checkConsent(question)) log(line);
  if (names.length === 0) return null;
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
