/** An outside model trained by LoRA through the command line, to the end and beyond it. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeOutsideModel } from '../fixtures/outside-model.ts';
import { createScratch, runRlpa, type Outcome } from './command-line.ts';

const scratch = createScratch();
const at = (...names: readonly string[]): string => path.join(scratch, ...names);
const readJson = (...names: readonly string[]): Record<string, unknown> =>
  JSON.parse(fs.readFileSync(at(...names), 'utf8')) as Record<string, unknown>;

const people = [
  'She works as a nurse. She loves green tea. She has two cats.',
  'He plays the guitar. He lives in Leeds. He enjoys hiking.',
  'She collects old stamps. She likes jazz. She is a vegetarian.',
  'He likes spicy food. He works as a baker. He plays tennis.',
];

const train = (out: string, ...more: readonly string[]): Promise<Outcome> => {
  const settings = [
    ...[`policy.model=${at('outside')}`, 'turns=2', 'evaluation.turns=3', 'evaluation.users=2'],
    ...['episodesPerIteration=4', 'ppo.minibatchEpisodes=4', 'sampling.maxTokens=12'],
    ...['world.testShare=0.5', ...more],
  ];
  return runRlpa([
    ...['train', '--personas', at('people.jsonl'), '--out', at(out), '--threads', '1'],
    ...['--iterations', '1', ...settings.flatMap((text) => ['--set', text])],
  ]);
};

const ok = ({ exitCode, stdout, stderr }: Outcome): string => {
  expect(exitCode, stderr).toBe(0);
  return stdout;
};

beforeAll(async () => {
  writeOutsideModel(at('outside'));
  fs.writeFileSync(at('people.jsonl'), people.map((text) => `${JSON.stringify(text)}\n`).join(''));
  fs.writeFileSync(at('ids.json'), '{"input_ids": [[2, 10, 11, 12]]}');
  ok(await train('run', 'policy.lora={"rank": 2, "alpha": 4}'));
});

afterAll(() => fs.rmSync(scratch, { recursive: true }));

describe('a run by LoRA of an outside model', () => {
  it('measures before and after, as it promised', () => {
    expect(readJson('run', 'summary.json')).toMatchObject({
      base: { trained: { users: 2 } },
      rlpa: { trained: { users: 2 } },
    });
  });

  it('leaves an adapter folder with everything that goes with it', () => {
    expect(readJson('run', 'model', 'adapter_config.json')).toMatchObject({
      peft_type: 'LORA',
      r: 2,
      base_model_name_or_path: at('outside'),
    });
    for (const name of ['tokenizer.json', 'tokenizer_config.json', 'generation_config.json']) {
      expect(readJson('run', 'model', name)).toEqual(readJson('outside', name));
    }
    expect(fs.existsSync(at('run', 'model', 'adapter_model.safetensors'))).toBe(true);
  });

  it('is opened by chat, eval, simulate and score, by the run or by its folder', async () => {
    const ids = ['--ids', at('ids.json'), '--json'];
    for (const folder of [at('run'), at('run', 'model')]) {
      const chat = await runRlpa(['chat', '--policy', folder], { input: 'hello\n' });
      expect(ok(chat)).toMatch(/^rlpa: /mu);
      const small = ['--turns', '2', '--personas', at('people.jsonl')];
      const talk = await runRlpa(['simulate', '--policy', folder, '--json', ...small]);
      expect(JSON.parse(ok(talk))).toMatchObject({ turns: [{}, {}] });
      const score = await runRlpa(['score', '--model', folder, ...ids]);
      expect(JSON.parse(ok(score))).toMatchObject({ token_logprobs: [{ length: 3 }] });
    }
    const evaluated = await runRlpa([
      ...['eval', 'world', '--policy', at('run'), '--people', '2', '--turns', '2', '--json'],
      ...['--personas', at('people.jsonl')],
    ]);
    expect(JSON.parse(ok(evaluated))).toMatchObject({ trained: { users: 2 } });
  });

  it('goes on with --resume', async () => {
    const longer = ['train', '--out', at('run'), '--resume', '--iterations', '2'];
    const outside = [at('people.jsonl'), at('outside')].flatMap((file) => ['--allow-read', file]);
    ok(await runRlpa([...longer, ...outside]));
    expect(readJson('run', 'summary.json')).toMatchObject({ iterations: 2 });
  });
});

describe('a full training of an outside model', () => {
  it('keeps every end that the model has, and its template', async () => {
    ok(await train('full'));
    expect(readJson('full', 'model', 'generation_config.json')).toEqual({ eos_token_id: [1, 0] });
    const chat = await runRlpa(['chat', '--policy', at('full')], { input: 'hello\n' });
    expect(ok(chat)).toMatch(/^rlpa: /mu);
  });
});
