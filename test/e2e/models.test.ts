/** Models by name through the command line: pulled from a hub, trained, exported, removed. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fakeCommit, startFakeHub, type FakeHub } from '../fake-server/fake-hub.ts';
import { changeGguf } from '../fixtures/change-gguf.ts';
import { writeOutsideModel } from '../fixtures/outside-model.ts';
import { createScratch, root, runRlpa, type Outcome } from './command-line.ts';

const scratch = createScratch();
const at = (...names: readonly string[]): string => path.join(scratch, ...names);
const ggufFile = at('model.gguf');

let hub: FakeHub;

const run = (args: readonly string[], input = ''): Promise<Outcome> =>
  runRlpa(args, {
    input,
    env: { HF_HOME: at('hf'), HF_ENDPOINT: hub.endpoint, HF_TOKEN: 'hf_secret' },
  });

const ok = ({ exitCode, stdout, stderr }: Outcome): string => {
  expect(exitCode, stderr).toBe(0);
  expect(stdout + stderr).not.toContain('hf_secret');
  return stdout;
};

const readJson = (...names: readonly string[]): Record<string, unknown> =>
  JSON.parse(fs.readFileSync(at(...names), 'utf8')) as Record<string, unknown>;

const train = (out: string, model: string): string[] => [
  ...['train', '--personas', at('people.jsonl'), '--out', at(out), '--threads', '1'],
  ...['--iterations', '1'],
  ...[
    ...[`policy.model=${model}`, 'policy.lora={"rank": 2, "alpha": 4}', 'turns=1'],
    ...['evaluation.turns=1', 'evaluation.users=1', 'episodesPerIteration=2'],
    ...['ppo.minibatchEpisodes=2', 'sampling.maxTokens=6', 'world.testShare=0.5'],
  ].flatMap((text) => ['--set', text]),
];

beforeAll(async () => {
  writeOutsideModel(at('outside'));
  const fixture = path.join(root, 'test', 'fixtures', 'gguf', 'packings.gguf');
  changeGguf(fixture, ggufFile, { 'llama.context_length': 8192 });
  const names = fs.readdirSync(at('outside'));
  const files = Object.fromEntries(
    names.map((name) => [name, fs.readFileSync(at('outside', name))]),
  );
  hub = await startFakeHub({ 'some/model': { files, license: 'mit' } });
  const people = [
    'She works as a nurse. She loves green tea. She has two cats.',
    'He plays the guitar. He lives in Leeds. He enjoys hiking.',
  ];
  fs.writeFileSync(at('people.jsonl'), people.map((text) => `${JSON.stringify(text)}\n`).join(''));
  fs.writeFileSync(at('ids.json'), '{"input_ids": [[2, 10, 11, 12]]}');
});

afterAll(async () => {
  await hub.close();
  fs.rmSync(scratch, { recursive: true });
});

describe('a model of a hub', () => {
  const name = 'hf:some/model';

  it('is described before it is pulled, and pulled where it is first used', async () => {
    const plan = ok(await run(['models', 'pull', name, '--dry-run']));
    expect(plan).toMatch(/^hf:some\/model at c0ffee000000: 5 files, .* kB; licence: mit$/mu);
    expect(ok(await run(['models', 'list']))).toMatch(
      /No model of a hub .*: node dist\/cli\/main\.js models pull hf:OWNER\/NAME$/mu,
    );
    const score = ['score', '--ids', at('ids.json'), '--json', '--model'];
    const first = await run([...score, name]);
    expect(first.stderr).toMatch(/licence: mit/u);
    expect(ok(first)).toBe(ok(await run([...score, at('outside')])));
    hub.seen.length = 0;
    expect((await run([...score, name])).stdout).toBe(first.stdout);
    expect(hub.seen).toEqual([]);
    expect(ok(await run(['models', 'list']))).toMatch(
      /hf:some\/model\s+main c0ffee000000\s+\d+\.?\d* kB\s+folder/u,
    );
  });

  it('is trained, and its adapter names it as other tools do', async () => {
    ok(await run(train('run', name)));
    expect(readJson('run', 'model', 'adapter_config.json')).toMatchObject({
      base_model_name_or_path: 'some/model',
      revision: fakeCommit,
    });
    expect(readJson('run', 'summary.json')).toMatchObject({ rlpa: { trained: { users: 1 } } });
    expect(ok(await run(['chat', '--policy', at('run')], 'hello\n'))).toMatch(/^rlpa: /mu);
  });

  it('is not read on the word of a run folder alone', async () => {
    const resume = ['train', '--out', at('run'), '--resume', '--iterations', '2'];
    const refused = await run([...resume, '--allow-read', at('people.jsonl')]);
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toMatch(/downloads and reads hf:some\/model/u);
    const flags = [at('people.jsonl'), name].flatMap((text) => ['--allow-read', text]);
    ok(await run([...resume, ...flags]));
  });

  it('is exported with what was trained', async () => {
    ok(await run(['models', 'export', at('run'), '--out', at('merged')]));
    const score = ['score', '--ids', at('ids.json'), '--json', '--model'];
    const [merged, trained] = [at('merged'), at('run')].map(async (model) => {
      const scores = JSON.parse(ok(await run([...score, model]))) as { mean_nll: number };
      return scores.mean_nll;
    });
    expect(await merged!).toBeCloseTo(await trained!, 4);
    const gguf = await run(['models', 'export', at('run'), '--out', at('merged.gguf')]);
    expect(gguf.exitCode).toBe(3);
    expect(gguf.stderr).toMatch(/cannot hold its tokenizer.*\n.*--out DIR/u);
    expect(fs.existsSync(at('merged.gguf'))).toBe(false);
  });

  it('is removed, and missed by name', async () => {
    expect(ok(await run(['models', 'remove', name]))).toMatch(/^removed hf:some\/model/mu);
    const missed = await run(['chat', '--policy', at('run')], 'hello\n');
    expect(missed.exitCode).toBe(3);
    expect(missed.stderr).toMatch(/models pull hf:some\/model@c0ffee/u);
    expect((await run(['models', 'remove', name])).exitCode).toBe(3);
  });
});

describe('a GGUF file', () => {
  it('is talked to, trained, and exported as one', async () => {
    expect(ok(await run(['chat', '--policy', ggufFile, '--temperature', '0'], 'hi\n'))).toMatch(
      /^rlpa: /mu,
    );
    ok(await run(train('gguf-run', ggufFile)));
    expect(readJson('gguf-run', 'model', 'adapter_config.json')).toMatchObject({
      base_model_name_or_path: ggufFile,
    });
    expect(readJson('gguf-run', 'model', 'generation_config.json')).toMatchObject({
      eos_token_id: [2, 0],
    });
    ok(await run(['models', 'export', at('gguf-run'), '--out', at('trained.gguf')]));
    const chat = await run(['chat', '--policy', at('trained.gguf')], 'hello\n');
    expect(ok(chat)).toMatch(/^rlpa: /mu);
  });
});

describe('rlpa models', () => {
  it.each([
    [['models', 'pull'], /expected the name of a model/u],
    [['models', 'list', 'hf:a/b'], /has no use for a name/u],
    [['models', 'pull', 'some/model'], /as hf:OWNER\/NAME/u],
    [['models', 'pull', 'hf:a/b', '--out', 'x'], /has no use for --out/u],
    [['models', 'export', 'base', '--out', 'x', '--packing', 'F16'], /float32/u],
    [['models', 'export', 'base'], /needs a directory/u],
  ])('%j is a wrong use', async (args, message) => {
    const { exitCode, stderr } = await run(args);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });
});
