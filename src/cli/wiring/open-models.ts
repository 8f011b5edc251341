/**
 * The remote models of a command: clients, their shared books, and the file the books are kept in.
 *
 * Keys are read from the environment here and handed to the clients; nothing else sees them. Two
 * roles on one server share its limits. The books are written while the run goes on, so that a run
 * that was killed still knows what it spent.
 */
import * as fs from 'node:fs';
import { z } from 'zod';
import { ConfigError, CheckpointError, readJsonFile, writeFileAtomic } from '../../base/index.ts';
import {
  CallLedger,
  createModelClient,
  createModelServer,
  ReplyCache,
  type Account,
  type ChatModel,
  type LedgerRecord,
  type ModelClient,
  type ModelServer,
} from '../../chat/index.ts';
import type { ModelsSettings, Settings } from '../config/schema.ts';

/** Entries between two writes of the ledger file. */
const entriesPerWrite = 16;

export type ModelRole = 'user' | 'judge';
export const modelRoles: readonly ModelRole[] = ['user', 'judge'];

export type OpenedModels = {
  readonly clients: Readonly<Partial<Record<ModelRole, ChatModel>>>;
  readonly ledger: CallLedger;
  /** Keeps the books in a file from now on. */
  keepLedgerIn(file: string): void;
  /** Sends nothing more, waits for what was sent and writes the books; call it however the work ended. */
  close(): Promise<LedgerRecord>;
};

export type OpenModelsOptions = {
  readonly settings: ModelsSettings;
  readonly roles: readonly ModelRole[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Books of the run to continue. */
  readonly ledgerFile?: string;
};

/** Opens the models of the given roles. Throws `ConfigError` when a key is not set. */
export function openModels(options: OpenModelsOptions): OpenedModels {
  const { settings, roles, ledgerFile } = options;
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
  const clients = openClients(options, ledger, roles);
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
  const { users, judge } = settings.world;
  const roles: ModelRole[] = [];
  if (users.kind === 'model') roles.push('user');
  if (judge.kind === 'model') roles.push('judge');
  if (roles.length === 0) return null;
  return openModels({
    settings: settings.models,
    roles,
    environment: process.env,
    signal,
    ...(ledgerFile === undefined ? {} : { ledgerFile }),
  });
}

function openClients(
  { settings, environment, signal }: OpenModelsOptions,
  ledger: CallLedger,
  roles: readonly ModelRole[],
): Partial<Record<ModelRole, ModelClient>> {
  const servers = new Map<string, ModelServer>();
  const cache = settings.cache === null ? null : new ReplyCache(settings.cache);
  const open = (role: ModelRole): ModelClient => {
    const { baseUrl, model, apiKeyEnv, maxTokensField, prices } = settings[role];
    if (baseUrl === null || model === null) {
      throw new ConfigError('model_missing', `models.${role} names no server or no model.`, {
        hint: `Set models.${role}.baseUrl and models.${role}.model.`,
      });
    }
    const server = servers.get(baseUrl) ?? createModelServer({ limits: settings.limits });
    servers.set(baseUrl, server);
    return createModelClient({
      endpoint: { baseUrl, model, maxTokensField, prices },
      key: readKey(role, apiKeyEnv, environment),
      server,
      ledger,
      role,
      cache,
      signal,
    });
  };
  return Object.fromEntries(roles.map((role) => [role, open(role)]));
}

function readKey(
  role: ModelRole,
  name: string | null,
  environment: OpenModelsOptions['environment'],
): string | null {
  if (name === null) return null;
  const key = environment[name]?.trim();
  if (key !== undefined && key !== '') return key;
  throw new ConfigError('key_missing', `The environment variable ${name} is not set.`, {
    details: { variable: name, role },
    hint: `Export it, or set models.${role}.apiKeyEnv to null for a server without keys.`,
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
