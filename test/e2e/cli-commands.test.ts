/**
 * The commands one after another on a base of a few thousand weights: what they write and print,
 * and that a run which was stopped, however it was stopped, ends like one that was not.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScratch, runRlpa } from './command-line.ts';

let scratch: string;
let base: string;
const at = (...names: readonly string[]): string => path.join(scratch, ...names);
const read = (...names: readonly string[]): string => fs.readFileSync(at(...names), 'utf8');

const trainArgs = (out: string, iterations: number): string[] => [
  ...['train', '--preset', 'tiny', '--set', `policy.model=${base}`, '--threads', '1'],
  ...['--iterations', String(iterations), '--checkpoint-every', '2', '--seed', '5'],
  ...['--out', at(out)],
];

beforeAll(async () => {
  scratch = createScratch();
  base = at('base');
  const built = await runRlpa(['warm-start', '--preset', 'tiny', '--out', base]);
  expect(built.stderr + String(built.exitCode)).toMatch(/0$/u);
  const whole = await runRlpa(trainArgs('whole', 6));
  expect(whole.exitCode).toBe(0);
});

afterAll(() => {
  fs.rmSync(scratch, { recursive: true });
});

describe('rlpa warm-start', () => {
  it('leaves a model folder and the hash of every file of it', () => {
    const { files, seed } = JSON.parse(read('base', 'provenance.json')) as {
      files: Record<string, string>;
      seed: number;
    };
    expect(seed).toBe(1);
    expect(Object.keys(files)).toEqual(
      expect.arrayContaining(['config.json', 'model.safetensors', 'tokenizer.json']),
    );
  });

  it('gives the same bytes again', async () => {
    await runRlpa(['warm-start', '--preset', 'tiny', '--out', at('again')]);
    const bytes = (name: string): Buffer => fs.readFileSync(at(name, 'model.safetensors'));
    expect(bytes('again').equals(bytes('base'))).toBe(true);
  });
});

describe('rlpa train', () => {
  it('seals a checkpoint by one manifest', () => {
    const names = fs.readdirSync(at('whole', 'checkpoints', 'iteration-00006'), {
      recursive: true,
      encoding: 'utf8',
    });
    expect(names.filter((name) => name.includes('manifest'))).toEqual(['manifest.json']);
  });

  it('writes metrics without the clock, episodes, checkpoints and a model', () => {
    const lines = read('whole', 'metrics.jsonl').trim().split('\n');
    expect(lines).toHaveLength(6);
    expect(Object.keys(JSON.parse(lines[0] ?? '') as object).join(' ')).not.toMatch(/second|time/u);
    expect(fs.readdirSync(at('whole', 'episodes'))).toHaveLength(6);
    expect(fs.existsSync(at('whole', 'model', 'model.safetensors'))).toBe(true);
    expect(fs.existsSync(at('whole', 'model', 'tokenizer.json'))).toBe(true);
  });

  const hasBegun = (run: string, iteration: number): boolean =>
    fs.existsSync(at(run, 'episodes', `iteration-0000${iteration}.jsonl`));

  const expectWhole = (name: string): void => {
    expect(read(name, 'metrics.jsonl')).toBe(read('whole', 'metrics.jsonl'));
    const weights = (run: string): Buffer => fs.readFileSync(at(run, 'model', 'model.safetensors'));
    expect(weights(name).equals(weights('whole'))).toBe(true);
  };

  it('killed and resumed gives, bit for bit, what an unbroken run gives', async () => {
    const killed = await runRlpa(trainArgs('killed', 6), {
      onTick: (child) => {
        if (hasBegun('killed', 4)) child.kill('SIGKILL');
      },
    });
    expect(killed.exitCode).toBeNull();
    expect(fs.existsSync(at('killed', 'model'))).toBe(false);
    const resumed = await runRlpa([...trainArgs('killed', 6), '--resume']);
    expect(resumed.exitCode).toBe(0);
    expectWhole('killed');
  });

  it('interrupted saves, ends with 130, and goes on with the settings of its folder', async () => {
    let isSent = false;
    const stopped = await runRlpa(trainArgs('stopped', 6), {
      onTick: (child) => {
        if (!isSent && hasBegun('stopped', 3)) isSent = child.kill('SIGINT');
      },
    });
    expect(stopped.exitCode).toBe(130);
    expect(stopped.stderr).toContain('what is done is saved, and the same command with --resume');
    const resume = ['train', '--out', at('stopped'), '--resume', '--allow-read', base];
    const resumed = await runRlpa(resume);
    expect(resumed.stderr + String(resumed.exitCode)).toMatch(/0$/u);
    expectWhole('stopped');
  });

  it('shorter first and longer on resume equals one long run', async () => {
    await runRlpa(trainArgs('grown', 3));
    const grown = await runRlpa([...trainArgs('grown', 6), '--resume']);
    expect(grown.exitCode).toBe(0);
    expectWhole('grown');
  });

  it('refuses other settings on resume, naming them', async () => {
    const other = await runRlpa([...trainArgs('whole', 6), '--resume', '--seed', '6']);
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain('seed (saved 5, given 6)');
  });

  it('refuses to end before what is done, and leaves the settings as they were', async () => {
    const saved = read('whole', 'config.json');
    const fewer = await runRlpa([...trainArgs('whole', 3), '--resume']);
    expect(fewer.exitCode).toBe(2);
    expect(fewer.stderr).toContain('Expected at least as many iterations as are done, 6; found 3.');
    expect(read('whole', 'config.json')).toBe(saved);
  });
});

describe('rlpa eval world', () => {
  it('prints the arrays of both families as JSON', async () => {
    const args = ['--people', '3', '--turns', '4', '--decoding', 'better', '--json'];
    const { stdout, exitCode } = await runRlpa(['eval', 'world', '--policy', at('whole'), ...args]);
    expect(exitCode).toBe(0);
    const result = JSON.parse(stdout) as Record<string, Record<string, unknown>>;
    for (const family of ['trained', 'untrained']) {
      const scores = result[family] ?? {};
      for (const key of ['profile_f1_disclosed', 'profile_f1_full', 'alignment']) {
        expect(scores[key]).toHaveLength(4);
      }
      for (const key of ['format_rate', 'tokens_per_turn', 'users', 'seconds']) {
        expect(typeof scores[key]).toBe('number');
      }
    }
  });
});

describe('rlpa simulate', () => {
  it('ends a conversation that fills the context, and goes on with the others', async () => {
    const talk = ['--policy', 'base', '--threads', '1', '--turns', '30', '--episodes', '3'];
    const { stdout, exitCode, stderr } = await runRlpa(['simulate', ...talk, '--json']);
    expect(exitCode, stderr).toBe(0);
    const episodes = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { turns: unknown[]; error: string | null });
    expect(episodes).toHaveLength(3);
    const full = episodes.filter(({ error }) => error !== null);
    expect(full.length).toBeGreaterThan(0);
    for (const { turns, error } of full) {
      expect(error).toContain(`fills the context of the model before turn ${turns.length + 1}`);
    }
  });

  it('prints one episode a line, of personas from a file too', async () => {
    const people = at('people.jsonl');
    const rows = ['"She is a baker. She loves cats."', '"He is a nurse. He plays chess."'];
    fs.writeFileSync(people, `${rows.join('\n')}\n`);
    for (const more of [[], ['--personas', people]]) {
      const talk = ['--turns', '2', '--episodes', '3', '--policy', base, '--json'];
      const { stdout, exitCode } = await runRlpa(['simulate', ...talk, ...more]);
      expect(exitCode).toBe(0);
      const episodes = stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { turns: [] });
      expect(episodes.map(({ turns }) => turns.length)).toEqual([2, 2, 2]);
    }
  });

  it('talks, chats and measures in the shape of the run, whatever the shipped base is for', async () => {
    const shape = { contextTurns: 1, profileMode: 'whole' };
    const run = at('shaped');
    fs.cpSync(at('whole'), run, { recursive: true });
    const file = path.join(run, 'config.json');
    const config = JSON.parse(fs.readFileSync(file, 'utf8')) as { settings: { world: object } };
    Object.assign(config.settings.world, shape);
    fs.writeFileSync(file, JSON.stringify(config));
    const talk = await runRlpa(['simulate', '--policy', run, '--turns', '3', '--json']);
    expect(talk.stderr).not.toContain('error');
    const { turns } = JSON.parse(talk.stdout) as { turns: { contextTurns?: number }[] };
    expect(turns).toHaveLength(3);
    const input = Array.from({ length: 40 }, () => 'i love jazz .').join('\n');
    const chat = await runRlpa(['chat', '--policy', run], { input });
    // A conversation that is shown by notes and its last turn never fills the context.
    expect(chat.stdout.match(/^rlpa: /gmu)).toHaveLength(40);
  });

  it('ends quietly when nobody reads on', async () => {
    const { exec } = await import('node:child_process');
    const entry = path.resolve(import.meta.dirname, '../../dist/cli/main.js');
    const line = `${process.execPath} ${entry} simulate --policy ${base} --turns 2 --episodes 40 --json | head -c 10`;
    const stderr = await new Promise<string>((resolve) => {
      exec(line, (_, __, text) => resolve(text));
    });
    expect(stderr).not.toMatch(/EPIPE|error/u);
  });
});

describe('rlpa chat', () => {
  const talk = async (lines: readonly string[], ...more: readonly string[]): Promise<string> => {
    const input = lines.map((line) => `${line}\n`).join('');
    const { stdout, stderr, exitCode } = await runRlpa(['chat', ...more], { input });
    expect(exitCode, stderr).toBe(0);
    return stdout;
  };

  it('takes lines from a pipe, shows the profile, names unknown words', async () => {
    const lines = ["I'm a nurse and I love quantum", '/profile', '/nothing', '/quit', 'not read'];
    const stdout = await talk(lines, '--policy', at('whole'));
    expect(stdout).toMatch(/Words this model does not know: quantum/u);
    expect(stdout.match(/^profile:/gmu)).toHaveLength(1);
    expect(stdout).toMatch(/no command \/nothing/u);
    expect(stdout).not.toContain('not read');
  });

  it.each([
    [['--policy', 'http://127.0.0.1:9/v1#any'], /--upstream URL --model NAME/u],
    [['--upstream', 'http://127.0.0.1:9/v1'], /together, and without --policy/u],
    [['--user', 'a\nb'], /id of a person/u],
    [['--store', import.meta.dirname], /is a folder[^]*SQLite file/u],
  ])('says what is wrong with %j', async (flags, message) => {
    const { stderr, exitCode } = await runRlpa(['chat', ...flags], { input: 'hello\n' });
    expect([2, 3, 4]).toContain(exitCode);
    expect(stderr).toMatch(message);
  });
});

describe('rlpa train --personas', () => {
  const people = [
    'She works as a nurse. She loves green tea. She has two cats.',
    'He plays the guitar. He lives in Leeds. He enjoys hiking.',
    'She collects old stamps. She likes jazz. She is a vegetarian.',
    'He works as a teacher. He owns a red bicycle. He loves chess.',
    'She enjoys classic literature. She lives in Rome. She has a dog.',
    'He likes spicy food. He works as a baker. He plays tennis.',
  ];

  it('measures held-out people before and after, again when a resumed run trains on', async () => {
    fs.writeFileSync(
      at('people.jsonl'),
      people.map((text) => `${JSON.stringify(text)}\n`).join(''),
    );
    const settings = [
      ...['turns=2', 'episodesPerIteration=4', 'ppo.minibatchEpisodes=4', 'sampling.maxTokens=24'],
      ...['evaluation.users=3', 'evaluation.turns=3', 'warmStart.tokens=2000'],
      ...['warmStart.denseEpisodes=20', 'warmStart.dialogueEpisodes=10'],
      ...['hiddenSize=32', 'intermediateSize=64', 'headCount=2', 'kvHeadCount=1'].map(
        (text) => `warmStart.model.${text}`,
      ),
      'warmStart.model.vocabularySize=320',
    ].flatMap((text) => ['--set', text]);
    const train = (iterations: number, ...more: readonly string[]): ReturnType<typeof runRlpa> =>
      runRlpa([
        ...['train', '--personas', at('people.jsonl'), '--out', at('text'), '--threads', '1'],
        ...['--iterations', String(iterations), ...settings, ...more],
      ]);
    const { exitCode, stdout } = await train(1);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Profile reward a turn, trained family: .* before, .* after/u);
    const summary = JSON.parse(read('text', 'summary.json')) as Record<string, unknown>;
    expect(summary).toMatchObject({
      iterations: 1,
      people: { skipped_rows: 0 },
      profile_reward: { trained: { before: {}, after: {}, difference: {} }, untrained: {} },
      base: { trained: { users: 3 }, untrained: { users: 3 } },
      rlpa: { trained: { users: 3 }, untrained: { users: 3 } },
    });
    const longer = await train(2, '--resume');
    expect(longer.exitCode).toBe(0);
    expect(fs.readdirSync(at('text', 'evaluation')).sort()).toEqual([
      'base.json',
      'rlpa-1.json',
      'rlpa-2.json',
    ]);
    expect(JSON.parse(read('text', 'summary.json'))).toMatchObject({ iterations: 2 });
  });
});

describe('rlpa --print-config', () => {
  it('shows values with their origin and starts nothing', async () => {
    const { stdout } = await runRlpa(['train', '--print-config', '--json', '--iterations', '3']);
    const settings = JSON.parse(stdout) as Record<string, unknown>;
    expect(settings['iterations']).toEqual({ value: 3, origin: '--iterations' });
  });
});

describe('rlpa compare', () => {
  const flags = ['--threads', '1'];
  const small = [
    ...['--set', 'episodesPerIteration=4', '--set', 'turns=2', '--set', 'tokenBudget=300'],
    ...['--set', 'evaluation.users=2', '--set', 'evaluation.turns=3'],
  ];

  it('trains arms over seeds, tables them, and goes on where it was stopped', async () => {
    const out = at('arms');
    const args = ['compare', 'algorithms', '--arms', 'base,sft', ...small];
    const first = await runRlpa([...args, '--seeds', '1', '--out', out, ...flags]);
    expect(first.stderr + String(first.exitCode)).toMatch(/0$/u);
    const model = fs.statSync(path.join(out, 'sft-seed-1', 'model', 'model.safetensors')).mtimeMs;
    const both = await runRlpa([...args, '--seeds', '1,2', '--out', out, ...flags, '--json']);
    const { arms } = JSON.parse(both.stdout) as {
      arms: { arm: string; seeds: number[]; tokens: number }[];
    };
    expect(arms.map(({ arm, seeds }) => [arm, seeds])).toEqual([
      ['base', [1]],
      ['sft', [1, 2]],
    ]);
    for (const { arm, tokens } of arms) expect(tokens > 0).toBe(arm !== 'base');
    expect(fs.statSync(path.join(out, 'sft-seed-1', 'model', 'model.safetensors')).mtimeMs).toBe(
      model,
    );
    const own = await runRlpa(['report', path.join(out, 'sft-seed-1')]);
    expect(own.exitCode).toBe(0);
    const whole = await runRlpa(['report', out]);
    expect(whole.exitCode).toBe(0);
    const page = fs.readFileSync(path.join(out, 'report.html'), 'utf8');
    expect(page).toContain(
      'Fewer than 3 seeds, so nothing is claimed of them: SFT on the best of 4',
    );
    expect(page).toContain('<a href="sft-seed-1/report.html">sft-seed-1</a>');
    const served = await runRlpa(['report', out, '--serve']);
    expect([served.exitCode, served.stderr]).toEqual([2, expect.stringContaining('--serve')]);
  });

  it('says what its arms began with, and takes no figures of other settings or another base for its own', async () => {
    const [out, own] = [at('own-base'), at('replaced')];
    fs.cpSync(base, own, { recursive: true });
    const args = ['compare', 'algorithms', '--arms', 'base', '--seeds', '1', ...small, ...flags];
    const compare = [...args, '--out', out, '--set', `policy.model=${own}`];
    expect((await runRlpa(compare)).exitCode).toBe(0);
    const read = (): unknown =>
      JSON.parse(fs.readFileSync(path.join(out, 'comparison.json'), 'utf8'));
    const sha256 = expect.stringMatching(/^[0-9a-f]{64}$/u) as string;
    expect(read()).toMatchObject({ runs: [{ arm: 'base', base: { name: 'replaced', sha256 } }] });
    expect((await runRlpa(compare)).exitCode).toBe(0);
    const other = await runRlpa([...compare, '--set', 'evaluation.users=3']);
    expect(other.stderr).toContain('with other settings: evaluation.users');
    expect(other.exitCode).toBe(2);
    fs.appendFileSync(path.join(own, 'generation_config.json'), '\n');
    const again = await runRlpa(compare);
    expect(again.stderr).toContain('its files have changed since');
    expect(again.exitCode).toBe(2);
    fs.rmSync(own, { recursive: true });
    expect((await runRlpa(compare)).exitCode).toBe(0);
  });

  it('names the nearest comparison and arm, and checks every arm before it begins', async () => {
    const out = at('arms-refused');
    const refuse = async (...args: string[]): Promise<string> => {
      const result = await runRlpa(['compare', ...args, '--out', out]);
      expect(result.exitCode).toBe(2);
      return result.stderr;
    };
    expect(await refuse('algoritms')).toContain('Did you mean algorithms?');
    expect(await refuse('algorithms', '--arms', 'pppo')).toContain('Did you mean ppo?');
    expect(await refuse('algorithms', '--set', 'groupSize=3')).toContain('groupSize');
    expect(fs.existsSync(out)).toBe(false);
  });
});
