/** A run folder that somebody else made names files outside of it, which are not read on its word. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScratch, root, runRlpa, type Outcome } from './command-line.ts';

let scratch: string;
let run: string;
let people: string;

beforeAll(() => {
  scratch = createScratch();
  run = path.join(scratch, 'run');
  people = path.join(scratch, 'people.jsonl');
  const texts = ['I love tea and play chess.', 'I am a nurse and I live in York.'];
  fs.writeFileSync(people, texts.map((text) => `${JSON.stringify(text)}\n`).join(''));
  const base = path.join(root, 'assets', 'base', 'small-world');
  fs.cpSync(base, path.join(run, 'model'), { recursive: true });
  const world = { kind: 'free-text', personas: people };
  const settings = { world, policy: { model: path.join(scratch, 'private') } };
  fs.writeFileSync(path.join(run, 'config.json'), JSON.stringify({ format: 1, settings }));
});

afterAll(() => fs.rmSync(scratch, { recursive: true }));

const talk = (...more: readonly string[]): Promise<Outcome> =>
  runRlpa(['simulate', '--policy', run, '--turns', '1', '--threads', '1', ...more]);

describe('people of a foreign run', () => {
  it.each([
    ['simulate', ['simulate', '--turns', '1']],
    ['eval', ['eval', 'world', '--turns', '1', '--people', '1']],
  ] as const)('are not met by %s unasked', async (_, args) => {
    const { exitCode, stdout, stderr } = await runRlpa([...args, '--policy', run]);
    expect(stdout).toBe('');
    expect(stderr).toContain(`world.personas: reads ${people}, outside of the run`);
    expect(stderr).toContain(`--allow-read ${people}`);
    expect(exitCode).toBe(2);
  });

  it('are met where that is allowed, and told; or where the person names them', async () => {
    const allowed = await talk('--allow-read', people);
    expect(allowed.stderr).toContain(`world.personas: reads ${people}, outside of the run`);
    const named = await talk('--personas', people);
    expect(named.stderr).not.toContain('outside of the run');
    for (const { exitCode, stdout } of [allowed, named]) {
      expect(stdout).not.toBe('');
      expect(exitCode).toBe(0);
    }
  });
});

it('a model that a foreign run begins with is not opened by a resume', async () => {
  const before = fs.readdirSync(run);
  const { exitCode, stderr } = await runRlpa(['train', '--out', run, '--resume']);
  expect(stderr).toContain(`policy.model: reads ${path.join(scratch, 'private')}`);
  expect(stderr).toContain(`--allow-read ${people} --allow-read ${path.join(scratch, 'private')}`);
  expect(exitCode).toBe(2);
  expect(fs.readdirSync(run)).toEqual(before);
});
