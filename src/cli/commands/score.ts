/** `rlpa score`: per-token log-probabilities of given ids. */
import { z } from 'zod';
import { DataError, readJsonFile } from '../../base/index.ts';
import { defineRunner } from '../command.ts';
import { score } from '../../app/index.ts';
type ScoreFlags = {
  readonly model: string;
  readonly adapter?: string;
  readonly ids: string;
  readonly threads?: number;
  readonly device?: string;
  readonly json?: boolean;
};

const idsSchema = z.looseObject({
  input_ids: z.array(z.array(z.int().min(0)).min(1)).min(1),
  lengths: z.array(z.int().min(1)).optional(),
});

type Ids = { readonly rows: readonly (readonly number[])[]; readonly lengths: readonly number[] };

export const runScore = defineRunner<ScoreFlags>(async (options, context) => {
  const { model, adapter, threads, device } = options;
  const { rows, lengths } = readIds(options.ids);
  const flags = {
    ...(threads === undefined ? {} : { threads }),
    ...(device === undefined ? {} : { device }),
  };
  const scores = await score({ ...context, model, adapter, rows, lengths, flags });
  if (options.json === true) {
    context.print(JSON.stringify(scores));
    return;
  }
  const table = scores.token_logprobs.map(
    (row, index) => `${index + 1}: ${row.map((value) => value.toFixed(4)).join(' ')}`,
  );
  context.print(
    [...table, `mean negative log-likelihood ${scores.mean_nll.toFixed(4)}`].join('\n'),
  );
});

function readIds(file: string): Ids {
  const parsed = idsSchema.safeParse(readJsonFile(file, 'file of token ids'));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'file'}: ${message}`,
    );
    throw wrongIds(file, problems.slice(0, 10).join('; '));
  }
  const { input_ids: rows, lengths = rows.map(({ length }) => length) } = parsed.data;
  if (lengths.length !== rows.length) {
    throw wrongIds(file, `${rows.length} rows in input_ids, ${lengths.length} in lengths`);
  }
  const tooLong = lengths.findIndex((length, row) => length > (rows[row]?.length ?? 0));
  if (tooLong >= 0) throw wrongIds(file, `lengths.${tooLong} is greater than its row`);
  return { rows, lengths };
}

function wrongIds(file: string, problem: string): DataError {
  return new DataError('ids_malformed', `${file}: ${problem}.`, {
    details: { file },
    hint: 'Expected {"input_ids": [[1, 2, 3]], "lengths": [3]}; lengths may be left out.',
  });
}
