/** What the command line says when it is given something wrong: message, hint and exit code. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScratch, root, runRlpa, type Outcome } from './command-line.ts';

const fixture = path.join(root, 'test', 'fixtures', 'qwen2-tiny');
let scratch: string;

beforeAll(() => {
  scratch = createScratch();
});

afterAll(() => {
  fs.rmSync(scratch, { recursive: true });
});

const write = (name: string, text: string): string => {
  const file = path.join(scratch, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text);
  return file;
};

/** A failure is told in words, without a stack, and leaves standard output alone. */
const expectFailure = (outcome: Outcome, exitCode: number, message: RegExp): void => {
  expect(outcome.stderr).toMatch(message);
  expect(outcome.exitCode).toBe(exitCode);
  expect(outcome.stdout).toBe('');
  expect(outcome.stderr).not.toMatch(/^\s+at /mu);
};

const scoreWith = (model: string, ids: string): Promise<Outcome> =>
  runRlpa(['score', '--model', model, '--ids', ids, '--json']);

describe('wrong usage ends with 2', () => {
  it('an unknown flag, with the nearest known one', async () => {
    expectFailure(await runRlpa(['train', '--iteration', '3']), 2, /Did you mean --iterations\?/u);
  });

  it('an unknown command, with the nearest known one', async () => {
    expectFailure(await runRlpa(['trian']), 2, /unknown command 'trian'[^]*Did you mean train\?/u);
  });

  it('a flag that needs a number', async () => {
    expectFailure(
      await runRlpa(['train', '--iterations', 'few']),
      2,
      /whole number of at least 1/u,
    );
  });

  it('a port that is none, with those there are', async () => {
    for (const args of [['serve'], ['report', scratch, '--serve']]) {
      const outcome = await runRlpa([...args, '--port', '65536'], { cwd: scratch });
      expectFailure(outcome, 2, /--port[^]*a whole number from 0 to 65535/u);
    }
  });

  it('a temperature that is too high, with the highest', async () => {
    for (const [most, verbs] of [
      [2, ['chat', 'serve']],
      [10, ['simulate']],
    ] as const) {
      for (const verb of verbs) {
        const outcome = await runRlpa([verb, '--temperature', String(most + 0.5)], {
          cwd: scratch,
        });
        expectFailure(
          outcome,
          2,
          new RegExp(`--temperature[^]*a number from 0 to ${most}\\.`, 'u'),
        );
      }
    }
  });

  it('the id of a person that is too long or is none, with the rule', async () => {
    const failures: readonly (readonly [string, RegExp])[] = [
      ['x'.repeat(300), /Expected 1 to 200 characters, found 300\./u],
      ['a\u0007b', /Expected a text without control characters/u],
      ['..', /Expected another id than \. and \.\./u],
    ];
    for (const verb of ['chat', 'mcp']) {
      for (const [user, rule] of failures) {
        expectFailure(await runRlpa([verb, '--user', user], { cwd: scratch }), 2, rule);
      }
    }
  });

  it('a setting of a chat, with a hint that a chat can follow', async () => {
    const set = (text: string): Promise<Outcome> =>
      runRlpa(['chat', '--policy', 'base', '--set', text]);
    const hint =
      /sampling\.maxTokens: [^]*hint: node dist\/cli\/main\.js train --print-config shows/u;
    expectFailure(await set('sampling.maxTokens=abc'), 2, hint);
    const nearest = /The nearest key to sampling\.maxToken is sampling\.maxTokens\. It takes/u;
    expectFailure(await set('sampling.maxToken=5'), 2, nearest);
    const known = await set('models.judge.model=x');
    expectFailure(known, 2, /no use for models\.judge\.model\.\nhint: It takes/u);
  });

  it('a missing flag', async () => {
    expectFailure(await runRlpa(['train']), 2, /needs a directory[^]*--out DIR/u);
  });

  it('unknown keys and values out of range, all of them', async () => {
    const set = ['ppo.clipEpsilom=0.1', 'iterations=0'].flatMap((text) => ['--set', text]);
    expectFailure(
      await runRlpa(['train', '--out', path.join(scratch, 'a'), ...set]),
      2,
      /2 problems[^]*nearest known one is ppo\.clipEpsilon[^]*iterations: must be/u,
    );
  });

  it('a configuration file that is not JSON', async () => {
    const config = write('broken.json', '{ "turns": ');
    expectFailure(
      await runRlpa(['train', '--out', path.join(scratch, 'b'), '--config', config]),
      2,
      /broken\.json is not valid JSON/u,
    );
  });

  it('a directory that is in use, and one with nothing to resume', async () => {
    const model = ['--set', `policy.model=${fixture}`];
    expectFailure(
      await runRlpa(['train', '--out', scratch, ...model]),
      2,
      /not empty[^]*--resume/u,
    );
    expectFailure(
      await runRlpa(['train', '--out', path.join(scratch, 'none'), '--resume', ...model]),
      2,
      /no run to resume/u,
    );
  });
});

describe('wrong data ends with 3', () => {
  it('a missing file', async () => {
    expectFailure(await scoreWith(fixture, 'nowhere.json'), 3, /nowhere\.json/u);
  });

  it('a missing model folder', async () => {
    const ids = write('ids.json', '{"input_ids": [[1, 2, 3]]}');
    expectFailure(await scoreWith('nowhere', ids), 3, /no folder nowhere/u);
  });

  it('an impossible model folder, by the key that is wrong', async () => {
    const folder = path.join(scratch, 'impossible');
    fs.cpSync(fixture, folder, { recursive: true });
    const file = path.join(folder, 'config.json');
    const config = JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, unknown>;
    fs.writeFileSync(file, JSON.stringify({ ...config, num_key_value_heads: 3 }));
    const ids = write('ids.json', '{"input_ids": [[1, 2, 3]]}');
    expectFailure(await scoreWith(folder, ids), 3, /num_key_value_heads/u);
  });

  it('weights that do not fit the configuration', async () => {
    const folder = path.join(scratch, 'unfit');
    fs.cpSync(fixture, folder, { recursive: true });
    const file = path.join(folder, 'config.json');
    const config = JSON.parse(fs.readFileSync(file, 'utf8')) as { intermediate_size: number };
    fs.writeFileSync(file, JSON.stringify({ ...config, intermediate_size: 8 }));
    const ids = write('ids.json', '{"input_ids": [[1, 2, 3]]}');
    expectFailure(await scoreWith(folder, ids), 3, /mlp\./u);
  });

  it('NaN in a checkpoint, by the tensor that holds it', async () => {
    const folder = path.join(scratch, 'nan');
    fs.cpSync(fixture, folder, { recursive: true });
    const file = path.join(folder, 'model.safetensors');
    const bytes = fs.readFileSync(file);
    bytes.writeFloatLE(Number.NaN, bytes.length - 4);
    fs.writeFileSync(file, bytes);
    const ids = write('ids.json', '{"input_ids": [[1, 2, 3]]}');
    expectFailure(
      await scoreWith(folder, ids),
      3,
      /nan: model\.norm\.weight: expected finite numbers, found NaN/u,
    );
  });

  it('a truncated weights file', async () => {
    const folder = path.join(scratch, 'short');
    fs.cpSync(fixture, folder, { recursive: true });
    const file = path.join(folder, 'model.safetensors');
    fs.truncateSync(file, fs.statSync(file).size - 100);
    const ids = write('ids.json', '{"input_ids": [[1, 2, 3]]}');
    expectFailure(await scoreWith(folder, ids), 3, /model\.safetensors/u);
  });

  it('token ids beyond the vocabulary, and ids of another shape', async () => {
    const beyond = write('beyond.json', '{"input_ids": [[1, 100000]]}');
    expectFailure(await scoreWith(fixture, beyond), 3, /id 100000 is beyond/u);
    const flat = write('flat.json', '{"input_ids": [1, 2]}');
    expectFailure(await scoreWith(fixture, flat), 3, /input_ids\.0/u);
  });

  const train = (personas: string, ...more: readonly string[]): Promise<Outcome> =>
    runRlpa(['train', '--personas', personas, '--out', path.join(scratch, 'run'), ...more]);

  it('a malformed line of personas, by file and line', async () => {
    const good = '"She is a baker. She loves cats."\n';
    const file = write('people.jsonl', `${good.repeat(5)}"He is a nurse." "He sings."\n${good}`);
    expectFailure(await train(file), 3, /people\.jsonl, line 6[^]*--on-bad-row skip/u);
    expect(fs.existsSync(path.join(scratch, 'run'))).toBe(false);
  });

  it('a persona without items, by line', async () => {
    const file = write('empty.jsonl', '"She is a baker."\n{"items": []}\n');
    expectFailure(
      await train(file),
      3,
      /empty\.jsonl, line 2: expected a persona with at least one item/u,
    );
  });

  it('a place that cannot be written, before any work is done', async () => {
    const inside = path.join(write('plain-file', 'text'), 'run');
    for (const verb of ['train', 'warm-start']) {
      const outcome = await runRlpa([verb, '--preset', 'tiny', '--out', inside]);
      expectFailure(outcome, 3, /Could not write .*plain-file[^]*hint: /u);
      expect(outcome.stderr).not.toContain('demonstrations');
    }
  });

  it('a run of another format version', async () => {
    const run = path.join(scratch, 'newer');
    write('newer/config.json', JSON.stringify({ format: 99, settings: {} }));
    expectFailure(await runRlpa(['train', '--out', run, '--resume']), 3, /run format 99/u);
  });
});

describe('--debug', () => {
  it('adds stack, code and details', async () => {
    const { stderr } = await runRlpa(['score', '--debug', '--model', 'nowhere', '--ids', 'x.json']);
    expect(stderr).toMatch(/^\s+at /mu);
    expect(stderr).toContain('code: file_unreadable');
  });
});
