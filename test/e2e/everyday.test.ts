/** A chat model from outside, in everyday talk: warm start, training, measures, chat, by the command line. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeOutsideModel } from '../fixtures/outside-model.ts';
import { createScratch, runRlpa, type Outcome } from './command-line.ts';

const scratch = createScratch();
const at = (...names: readonly string[]): string => path.join(scratch, ...names);
const fixtures = path.resolve(import.meta.dirname, '../fixtures');
const readJson = (...names: readonly string[]): Record<string, unknown> =>
  JSON.parse(fs.readFileSync(at(...names), 'utf8')) as Record<string, unknown>;

const ok = ({ exitCode, stdout, stderr }: Outcome): string => {
  expect(exitCode, stderr).toBe(0);
  return stdout;
};

const small = ['policy.lora={"rank": 2, "alpha": 4}', 'sampling.maxTokens=16'];
const set = (settings: readonly string[]): string[] => settings.flatMap((text) => ['--set', text]);

const train = (out: string, model: string, ...more: readonly string[]): Promise<Outcome> =>
  runRlpa([
    ...['train', '--preset', 'everyday', '--out', at(out), '--threads', '1', '--iterations', '1'],
    ...set([`policy.model=${model}`, ...small, 'episodesPerIteration=4', 'groupSize=2', 'turns=2']),
    ...set(['ppo.minibatchEpisodes=4', 'evaluation.users=2', 'evaluation.turns=2', ...more]),
  ]);

let trained: Outcome;

beforeAll(async () => {
  writeOutsideModel(at('outside'), 16_384);
  const warm = [
    'warmStart.tokens=3000',
    'warmStart.denseEpisodes=4',
    'warmStart.dialogueEpisodes=2',
    `warmStart.messages=${path.join(fixtures, 'persona-chat', 'conversations.jsonl')}`,
  ];
  ok(
    await runRlpa([
      ...['warm-start', '--preset', 'everyday', '--out', at('start'), '--threads', '1'],
      ...set([`policy.model=${at('outside')}`, small[0]!, ...warm, 'warmStart.dialogueTurns=4']),
    ]),
  );
  trained = await train('run', at('start'));
});

afterAll(() => fs.rmSync(scratch, { recursive: true }));

describe('a warm start of a chat model', () => {
  it('leaves an adapter beside its tokenizer, and says how it was made', () => {
    expect(readJson('start', 'adapter_config.json')).toMatchObject({
      r: 2,
      base_model_name_or_path: at('outside'),
    });
    expect(readJson('start', 'tokenizer.json')).toEqual(readJson('outside', 'tokenizer.json'));
    const { families, worldSettings, settings } = readJson('start', 'provenance.json');
    expect(families).toEqual(['mixed']);
    expect(settings).toMatchObject({ messages: expect.stringContaining('persona-chat') as string });
    expect(worldSettings).toMatchObject({ kind: 'everyday', explainsProtocol: false });
  });

  it('is where training goes on, to the measures at the end', () => {
    ok(trained);
    expect(readJson('run', 'summary.json')).toMatchObject({ rlpa: { trained: { users: 2 } } });
  });

  it('sets off an alarm in the live output where nothing can be read', () => {
    expect(trained.stderr).toMatch(/alarm: iteration 1: only \d+ % of the outputs can be read/u);
  });

  it('needs the model that is named, or the one of a hub that the preset names', async () => {
    const none = { HF_HOME: at('empty'), HF_HUB_OFFLINE: '1' };
    const command = ['warm-start', '--preset', 'everyday', '--out', at('none')];
    const { stderr } = await runRlpa(command, { env: none });
    expect(stderr).toContain('hf:HuggingFaceTB/SmolLM2-135M-Instruct is not in the cache');
    const gone = await runRlpa([...command, '--set', `policy.model=${at('gone')}`]);
    expect([gone.exitCode, gone.stderr]).toEqual([
      3,
      expect.stringContaining(`There is no folder ${at('gone')}`),
    ]);
  });
});

describe('what was trained', () => {
  it('is talked to in everyday English', async () => {
    const chat = await runRlpa(['chat', '--policy', at('run')], {
      input: 'Hi, I live in Leeds.\n',
    });
    expect(ok(chat)).toMatch(/^rlpa: /mu);
  });

  it('is measured on facts in messages', async () => {
    const data = path.join(fixtures, 'persona-chat', 'conversations.jsonl');
    const result = await runRlpa([
      ...['eval', 'persona-chat', '--data', data, '--policy', at('run'), '--items', '3', '--json'],
    ]);
    expect(JSON.parse(ok(result))).toMatchObject({
      suite: 'persona-chat',
      scores: { messages: 3 },
      copying: { messages: 3 },
    });
  });

  it('is measured on preferences, with and without them, after filler', async () => {
    const data = path.join(fixtures, 'preferences', 'items.jsonl');
    const result = await runRlpa([
      ...['eval', 'prefeval', '--data', data, '--policy', at('run'), '--filler', '0,2', '--json'],
    ]);
    const { byFiller } = JSON.parse(ok(result)) as { byFiller: Record<string, unknown>[] };
    expect(byFiller.map(({ filler, items }) => [filler, items])).toEqual([
      [0, 3],
      [2, 3],
    ]);
  });

  it('is measured on what it kept of its base', async () => {
    const data = path.join(fixtures, 'persona-chat', 'conversations.jsonl');
    const result = await runRlpa([
      ...['eval', 'retention', '--data', data, '--policy', at('run'), '--items', '2', '--json'],
    ]);
    const kept = JSON.parse(ok(result)) as {
      policy: { perplexity: number; answered: number };
      base: { perplexity: number };
      perplexity_change: number;
      conversations: number;
    };
    expect(kept.conversations).toBe(2);
    expect(kept.base.perplexity).toBeGreaterThan(1);
    expect(kept.policy.perplexity).not.toBe(kept.base.perplexity);
    expect(kept.perplexity_change).toBeCloseTo(
      kept.policy.perplexity / kept.base.perplexity - 1,
      10,
    );
    const whole = await runRlpa([
      ...['eval', 'retention', '--data', data, '--policy', at('outside'), '--items', '2'],
    ]);
    expect([whole.exitCode, whole.stderr]).toEqual([2, expect.stringContaining('an adapter')]);
  });

  it('holds written conversations, whose transcripts are kept', async () => {
    const result = await runRlpa([
      ...['eval', 'talks', '--policy', at('run'), '--items', '1', '--json'],
      ...['--transcripts', at('talks.txt')],
    ]);
    expect(JSON.parse(ok(result))).toMatchObject({ suite: 'talks', talks: 1, right: 0 });
    const text = fs.readFileSync(at('talks.txt'), 'utf8');
    expect(text).toMatch(/^conversation 1: wrong: name, city/u);
    expect(text.match(/^you: /gmu)).toHaveLength(8);
  });

  it('and a suite says what it needs and has no use for', async () => {
    const none = await runRlpa(['eval', 'prefeval', '--policy', at('run')]);
    expect([none.exitCode, none.stderr]).toEqual([2, expect.stringContaining('--data FILE')]);
    const odd = await runRlpa(['eval', 'world', '--policy', at('run'), '--filler', '3']);
    expect([odd.exitCode, odd.stderr]).toEqual([2, expect.stringContaining('--filler')]);
  });
});
