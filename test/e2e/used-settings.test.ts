/** What a talk is asked for it does: settings and flags that are taken change what comes out. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeOutsideModel } from '../fixtures/outside-model.ts';
import { createScratch, runRlpa, type Outcome } from './command-line.ts';

let scratch: string;
let outside: string;

beforeAll(() => {
  scratch = createScratch();
  outside = path.join(scratch, 'outside');
  writeOutsideModel(outside);
});

afterAll(() => fs.rmSync(scratch, { recursive: true }));

const ok = ({ exitCode, stdout, stderr }: Outcome): string => {
  expect(exitCode, stderr).toBe(0);
  return stdout;
};

type Measured = { readonly trained: { readonly format_rate: number; tokens_per_turn: number } };

const measure = async (
  policy: string,
  ...more: readonly string[]
): Promise<Measured['trained']> => {
  const args = ['eval', 'world', '--policy', policy, '--people', '2', '--turns', '1', '--json'];
  return (JSON.parse(ok(await runRlpa([...args, '--threads', '1', ...more]))) as Measured).trained;
};

describe('the longest output', () => {
  it('is what is asked for, below and above what a world begins with', async () => {
    const short = await measure('base', '--set', 'sampling.maxTokens=1');
    expect(short).toMatchObject({ format_rate: 0, tokens_per_turn: 1 });
    const long = await measure(outside, '--set', 'sampling.maxTokens=300');
    expect(long.tokens_per_turn).toBeGreaterThan(96);
  });
});

describe('the temperature', () => {
  const commands: Readonly<Record<string, readonly string[]>> = {
    chat: ['chat'],
    simulate: ['simulate', '--turns', '3'],
  };

  it.each(Object.keys(commands))('of %s is what is asked for', async (name) => {
    const say = async (temperature: number): Promise<string> => {
      const args = [...commands[name]!, '--policy', 'base', '--threads', '1'];
      const input = 'hello there .\ni love jazz .\n';
      return ok(await runRlpa([...args, '--temperature', String(temperature)], { input }));
    };
    const greedy = await say(0);
    expect(await say(0)).toBe(greedy);
    expect(await say(2)).not.toBe(greedy);
  });

  it('of a measurement is what is asked for', async () => {
    const sampled = ['--decoding', 'sampled', '--temperature'];
    const warm = await measure('base', ...sampled, '0.1');
    expect(warm).toMatchObject({ format_rate: 1 });
    expect((await measure('base', ...sampled, '5')).format_rate).toBeLessThan(1);
    expect((await measure('base', '--temperature', '5')).format_rate).toBeLessThan(1);
  });

  it('of a measurement is refused beside greedy outputs', async () => {
    const args = [
      'eval',
      'world',
      '--policy',
      'base',
      '--decoding',
      'greedy',
      '--temperature',
      '1',
    ];
    const { exitCode, stderr } = await runRlpa([...args, '--debug']);
    expect(stderr).toContain('temperature_greedy');
    expect(exitCode).toBe(2);
  });
});

describe('a device that is not there', () => {
  const commands: Readonly<Record<string, readonly string[]>> = {
    simulate: ['simulate', '--policy', 'base', '--turns', '1'],
    eval: ['eval', 'world', '--policy', 'base', '--people', '1', '--turns', '1'],
    chat: ['chat', '--policy', 'base'],
    serve: ['serve', '--policy', 'base', '--port', '0', '--store', 'none'],
    score: ['score', '--model', 'base', '--ids', 'ids.json'],
    train: ['train', '--preset', 'tiny'],
    demo: ['demo'],
    'warm-start': ['warm-start', '--preset', 'tiny'],
  };
  const writing = ['train', 'demo', 'warm-start'];
  /** A driver that is not there, wherever this runs. */
  const env = { VK_ICD_FILENAMES: '/none.json', VK_DRIVER_FILES: '/none.json' };

  it.each(Object.keys(commands))('is not passed over by %s', async (name) => {
    fs.writeFileSync(path.join(scratch, 'ids.json'), '{"input_ids": [[1, 2, 3]]}');
    const out = writing.includes(name) ? ['--out', path.join(scratch, name)] : [];
    const args = [...commands[name]!, ...out, '--device', 'webgpu', '--debug'];
    const { exitCode, stderr } = await runRlpa(args, { input: 'hello\n', cwd: scratch, env });
    expect(stderr).toContain('device_missing');
    expect(stderr).toContain('Use --device cpu');
    expect(exitCode).toBe(2);
    if (out[1] !== undefined) expect(fs.existsSync(out[1])).toBe(false);
  });

  it('is refused by name where there is none of that name', async () => {
    const { exitCode, stderr } = await runRlpa(['chat', '--set', 'engine.device=tpu']);
    expect(stderr).toContain('engine.device');
    expect(stderr).toContain('"webgpu"');
    expect(exitCode).toBe(2);
  });
});

describe('the first line of a run', () => {
  it('says what computes and why', async () => {
    const run = ['warm-start', '--preset', 'tiny', '--set', 'warmStart.tokens=1000'];
    const say = async (out: string, ...more: readonly string[]): Promise<string> => {
      const args = [...run, '--out', path.join(scratch, out), '--threads', '1', ...more];
      const { stderr, exitCode } = await runRlpa(args);
      expect(exitCode, stderr).toBe(0);
      return stderr.split('\n')[0]!;
    };
    expect(await say('by-default')).toMatch(/^Device: cpu \(auto takes it: /);
    expect(await say('by-name', '--device', 'cpu')).toBe('Device: cpu (as asked for)');
  });
});
