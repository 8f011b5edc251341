/**
 * Every family against transformers and PEFT: log-probabilities, gradients, greedy text, with and
 * without an adapter. The numbers come from scripts/make-reference-models.py, which names the versions.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { EmbeddedBackend, loadPolicyWeights, scoreIds } from '../../src/policy/index.ts';

type Described = {
  readonly token_logprobs: readonly (readonly number[])[];
  readonly mean_nll: number;
  readonly grad_norms: Readonly<Record<string, number>>;
  readonly greedy: readonly number[];
};

type Reference = {
  readonly input_ids: readonly (readonly number[])[];
  readonly model: Described;
  readonly lora: Described;
};

const folderOf = (family: string): string =>
  path.resolve(import.meta.dirname, '../fixtures/families', family);

const read = (family: string): Reference =>
  JSON.parse(fs.readFileSync(path.join(folderOf(family), 'reference.json'), 'utf8')) as Reference;

const norm = (data: Float32Array): number => Math.sqrt(data.reduce((sum, x) => sum + x * x, 0));

const families = ['llama', 'qwen2', 'qwen3'].flatMap((family) =>
  (['model', 'lora'] as const).flatMap((what) =>
    (['whole', 'blocks'] as const).map((layout) => [family, what, layout] as const),
  ),
);

describe.each(families)('%s, %s, run as %s', (family, what, layout) => {
  const folder = folderOf(family);
  const { input_ids: rows, ...reference } = read(family);
  const expected = reference[what];
  const open = (): EmbeddedBackend =>
    new EmbeddedBackend({
      weights: loadPolicyWeights({
        model: {
          kind: 'folder',
          path: folder,
          ...(what === 'lora' ? { adapter: path.join(folder, 'adapter') } : {}),
        },
        valueHead: 'none',
        seed: 1,
      }),
      threads: 1,
      maxTokensPerBatch: 4096,
      layout,
    });

  it('gives the log-probabilities, the gradients and the greedy text of transformers', async () => {
    const backend = open();
    try {
      const scores = await scoreIds(
        backend,
        rows,
        rows.map(({ length }) => length),
      );
      for (const [row, logprobs] of scores.token_logprobs.entries()) {
        expect(logprobs).toHaveLength(rows[row]!.length - 1);
        for (const [at, logprob] of logprobs.entries()) {
          expect(Math.abs(logprob - expected.token_logprobs[row]![at]!)).toBeLessThan(1e-4);
        }
      }
      const scored = rows.reduce((sum, { length }) => sum + length - 1, 0);
      const data = rows.map((ids) => ({
        ids: Int32Array.from(ids),
        weights: new Float32Array(ids.length).fill(1),
      }));
      const loss = { kind: 'cross_entropy', scale: 1 / scored } as const;
      expect((await backend.forwardBackward(data, loss)).loss).toBeCloseTo(expected.mean_nll, 4);
      const gradients = backend.gradients();
      expect(Object.keys(gradients)).toHaveLength(Object.keys(expected.grad_norms).length);
      for (const [name, size] of Object.entries(expected.grad_norms)) {
        const own = name.replace('base_model.model.', '').replace('.default', '');
        const error = Math.abs(norm(gradients[own]!) - size) / Math.max(1, size);
        expect(error, own).toBeLessThan(1e-3);
      }
      const [result] = await backend.sample([
        {
          promptIds: rows[0]!,
          sampling: { maxTokens: expected.greedy.length, temperature: 0 },
          stopIds: [],
          seed: 1,
        },
      ]);
      expect(result?.ids).toEqual(expected.greedy);
    } finally {
      await backend.close();
    }
  });
});
