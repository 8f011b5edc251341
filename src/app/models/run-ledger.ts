/**
 * The books of a run in its folder: `ledger.jsonl`, which only grows and is the truth about the budget,
 * and `ledger.json`, the sums as they stood when the work ended.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { CheckpointError, readJsonFile, writeFileAtomic } from '../../base/index.ts';
import {
  accountPartSchema,
  openLedgerFile,
  type Account,
  type LedgerRecord,
  type LedgerStore,
} from '../../chat/index.ts';

/**
 * Opens the books of a run, new or to go on with.
 * Throws `DataError` when they cannot be written, `CheckpointError` for books of another version.
 */
export function openRunLedger(folder: string): LedgerStore {
  const file = path.join(folder, 'ledger.jsonl');
  const earlier = fs.existsSync(file) ? [] : readSums(path.join(folder, 'ledger.json'));
  const store = openLedgerFile(file);
  for (const [role, part] of earlier) store.append({ kind: 'count', role, part });
  return store;
}

/** Writes the sums. */
export function writeLedgerSummary(folder: string, record: LedgerRecord): void {
  writeFileAtomic(path.join(folder, 'ledger.json'), `${JSON.stringify(record, null, 2)}\n`);
}

/** Of an earlier version, which kept nothing but the sums. */
const sumsSchema = z.looseObject({
  format: z.literal(1),
  accounts: z.record(z.string(), accountPartSchema),
});

function readSums(file: string): [string, z.infer<typeof accountPartSchema>][] {
  if (!fs.existsSync(file)) return [];
  const content = readJsonFile(file, 'ledger');
  const parsed = sumsSchema.safeParse(content);
  if (parsed.success) return Object.entries(parsed.data.accounts);
  throw new CheckpointError(
    'ledger_malformed',
    `${file} is not a ledger of format 1, and there is no ledger.jsonl beside it.`,
    {
      details: { file },
      hint: 'Move it away to begin new books; the budget then counts from zero.',
    },
  );
}

/** One line a role: what was sent, found, failed and paid. */
export function renderLedger({ accounts, total, unsettled }: LedgerRecord): string {
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
    ...(unsettled.calls === 0
      ? []
      : [
          `${unsettled.calls} calls were sent whose end is not known (a killed process, or another at work); they count as ${unsettled.tokens} tokens, money ${unsettled.money.toFixed(4)}`,
        ]),
  ].join('\n');
}
