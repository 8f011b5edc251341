/** Demonstrations become the tokens the policy will see, and learning from them lowers the loss. */
import { describe, expect, it } from 'vitest';
import type { Episode } from '../env/index.ts';
import { TableBackend } from './testing/table-backend.ts';
import {
  createTableEpisode,
  createTableTurn,
  tableTokenizer,
  tableWords,
} from './testing/table-world.ts';
import {
  encodeDemonstration,
  type AppendingTemplate,
  type EncodeOptions,
} from './warm-start-data.ts';
import {
  computeWarmStartRate,
  defaultWarmStartSettings,
  runWarmStart,
  type WarmStartInput,
} from './warm-start.ts';

const output = '<profile> good </profile> <response> good </response>';

function demonstrate(turns: number): Episode {
  return createTableEpisode(
    Array.from({ length: turns }, (_, index) => createTableTurn(index, { output })),
  );
}

const template: AppendingTemplate = {
  renderAppend: (known, added) =>
    (known.length === 0 ? '<bos>' : '') +
    added
      .map(({ role, content }) =>
        role === 'user' ? ` <|user|> ${content} <|assistant|> ` : content,
      )
      .join(''),
};

const options: EncodeOptions = {
  tokenizer: tableTokenizer,
  template,
  systemPrompt: '',
  contextWeight: 0.1,
  contextTokens: 100,
};

describe('encoding demonstrations', () => {
  it('renders them as the policy will see them, with full weight on outputs alone', () => {
    const { ids, weights } = encodeDemonstration(demonstrate(2), options);
    expect(tableTokenizer.decode([...ids])).toBe(
      `<bos> <|user|> hi <|assistant|> ${output} <|user|> hi <|assistant|> ${output}`,
    );
    const learnt = [...ids].filter((_, index) => weights[index] === 1);
    expect(tableTokenizer.decode(learnt)).toBe(`${output} ${output}`);
    expect(weights[0]).toBeCloseTo(0.1, 6);
  });

  it('leaves out turns that do not fit', () => {
    const { ids } = encodeDemonstration(demonstrate(9), { ...options, contextTokens: 21 });
    expect(ids.length).toBe(20 - 1);
  });

  it('ends an output with the stop token where it lacks it', () => {
    const open = createTableEpisode([createTableTurn(0, { output: '<response> good' })]);
    const { ids, weights } = encodeDemonstration(open, options);
    expect(tableTokenizer.decode([...ids.slice(-3)])).toBe('<response> good </response>');
    expect(weights.at(-1)).toBe(1);
  });
});

describe('the warm start', () => {
  const settings = {
    ...defaultWarmStartSettings,
    tokens: 6000,
    tokensPerUpdate: 60,
    warmUpUpdates: 5,
  };

  function start(): WarmStartInput & { readonly backend: TableBackend } {
    const encode = (turns: number): ReturnType<typeof encodeDemonstration> =>
      encodeDemonstration(demonstrate(turns), options);
    return {
      backend: new TableBackend(tableWords.length),
      dense: [1, 1, 2, 1].map(encode),
      dialogues: [3, 4, 5].map(encode),
      settings: { ...settings, learningRate: 0.05 },
    };
  }

  it('lowers the loss, in about the planned number of tokens', async () => {
    const losses: number[] = [];
    const result = await runWarmStart({ ...start(), onProgress: ({ loss }) => losses.push(loss) });
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2);
    expect(result.tokens).toBeGreaterThanOrEqual(6000);
    expect(result.tokens).toBeLessThan(6200);
  });

  it('repeats bit for bit', async () => {
    const [first, second] = [start(), start()];
    await runWarmStart(first);
    await runWarmStart(second);
    expect(second.backend.parameters).toEqual(first.backend.parameters);
  });

  it('stops when interrupted, and refuses to learn from nothing', async () => {
    const signal = AbortSignal.abort();
    await expect(runWarmStart({ ...start(), signal })).rejects.toThrow(/interrupted/);
    await expect(runWarmStart({ ...start(), dense: [], dialogues: [] })).rejects.toThrow(
      /no demonstrations/,
    );
  });

  it('lets the learning rate rise, hold and fall to a tenth', () => {
    const rate = (index: number): number =>
      computeWarmStartRate(defaultWarmStartSettings, index, 1000) /
      defaultWarmStartSettings.learningRate;
    expect(rate(0)).toBeCloseTo(1 / 50, 10);
    expect(rate(400)).toBe(1);
    expect(rate(749)).toBeCloseTo(0.55, 10);
    expect(rate(999)).toBeCloseTo(0.1, 10);
  });
});
