/**
 * The remote models of a command: clients, their shared books, and the file the books are kept in.
 *
 * Keys are read from the environment here and handed to the clients; nothing else sees them. Two
 * roles on one server share its limits. The books are written while the run goes on, so that a run
 * that was killed still knows what it spent.
 */
import * as fs from 'node:fs';
import { z } from 'zod';
import { ConfigError, CheckpointError, readJsonFile, writeFileAtomic } from '../base/index.ts';
import {
  CallLedger,
  createEmbeddingClient,
  createModelClient,
  createModelServer,
  ReplyCache,
  type Account,
  type ChatModel,
  type EmbeddingClient,
  type EmbeddingModel,
  type LedgerRecord,
  type ModelClient,
  type ModelServer,
} from '../chat/index.ts';
import type { ModelsSettings, Settings } from './settings/schema.ts';

/** Entries between two writes of the ledger file. */
const entriesPerWrite = 16;

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
} as const satisfies Record<ClientName, { section: keyof ModelsSettings; role: ModelRole }>;

export type OpenedModels = {
  readonly clients: Clients;
  readonly ledger: CallLedger;
  /** Keeps the books in a file from now on. */
  keepLedgerIn(file: string): void;
  /** Sends nothing more, waits for what was sent and writes the books; call it however the work ended. */
  close(): Promise<LedgerRecord>;
};

export type OpenModelsOptions = {
  readonly settings: ModelsSettings;
  readonly names: readonly ClientName[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Books of the run to continue. */
  readonly ledgerFile?: string;
};

/** Opens the clients of the given names. Throws `ConfigError` when a key is not set. */
export function openModels(options: OpenModelsOptions): OpenedModels {
  const { settings, ledgerFile } = options;
  let file: string | null = null;
  let entries = 0;
  const save = (): void => {
    if (file !== null) writeFileAtomic(file, `${JSON.stringify(ledger.record(), null, 2)}\n`);
  };
  const ledger = new CallLedger({
    budget: settings.budget,
    saved: ledgerFile === undefined ? {} : readAccounts(ledgerFile),
    onChange: () => {
      entries += 1;
      if (entries % entriesPerWrite === 0) save();
    },
  });
  const clients = openClients(options, ledger);
  return {
    clients,
    ledger,
    keepLedgerIn: (name) => {
      file = name;
    },
    close: async () => {
      await Promise.all(Object.values(clients).map((client) => client.close()));
      save();
      return ledger.record();
    },
  };
}

/** Opens what the world's settings give to models; null where that is nothing. */
export function openModelsFor(
  settings: Pick<Settings, 'world' | 'models'>,
  signal: AbortSignal,
  ledgerFile?: string,
): OpenedModels | null {
  const { users, judge, matching } = settings.world;
  const names: ClientName[] = [];
  if (users.kind === 'model') names.push('user');
  if (judge.kind === 'model') names.push('judge');
  if (matching.kind === 'model') names.push('matcher');
  if (matching.kind === 'embeddings') names.push('embeddings');
  if (names.length === 0) return null;
  return openModels({
    settings: settings.models,
    names,
    environment: process.env,
    signal,
    ...(ledgerFile === undefined ? {} : { ledgerFile }),
  });
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
      throw new ConfigError('model_missing', `models.${section} names no server or no model.`, {
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

const accountsSchema = z.looseObject({
  format: z.literal(1),
  accounts: z.record(z.string(), z.looseObject({ calls: z.number(), money: z.number() })),
});

function readAccounts(file: string): Readonly<Record<string, Account>> {
  if (!fs.existsSync(file)) return {};
  const parsed = accountsSchema.safeParse(readJsonFile(file, 'ledger'));
  if (!parsed.success) {
    throw new CheckpointError('ledger_malformed', `${file} is not a ledger of this version.`, {
      details: { file },
      hint: 'Move it away to begin new books; the budget then counts from zero.',
    });
  }
  return parsed.data.accounts as unknown as Readonly<Record<string, Account>>;
}

/** One line a role: what was sent, found, failed and paid. */
export function renderLedger({ accounts, total }: LedgerRecord): string {
  const line = (name: string, account: Account): string => {
    const failed = Object.entries(account.failures).filter(([, count]) => count > 0);
    const parts = [
      `${account.calls} calls`,
      `${account.cacheHits} from the cache`,
      `${account.promptTokens} + ${account.completionTokens} tokens`,
      `money ${account.money.toFixed(4)}`,
      `${account.retries} tried again`,
      `${account.givenUp} given up`,
      ...(failed.length === 0
        ? []
        : [`failures: ${failed.map(([kind, count]) => `${kind} ${count}`).join(', ')}`]),
    ];
    return `${name}: ${parts.join(', ')}`;
  };
  return [
    ...Object.entries(accounts).map(([role, account]) => line(`model ${role}`, account)),
    line('models together', total),
  ].join('\n');
}
