/** What a run leaves to be looked at: the demo's page and last words, and the people a training run met. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createScratch, runRlpa } from './command-line.ts';

const scratch = createScratch();
const at = (...names: string[]): string => path.join(scratch, ...names);
afterAll(() => fs.rmSync(scratch, { recursive: true }));

const few = ['--threads', '1', '--iterations', '1', '--set', 'episodesPerIteration=8'];
const met = 'One person whom training never met, before and after it';

it('the demo writes its page, and ends with one person before and after training', async () => {
  const args = ['demo', '--out', at('demo'), '--people', '3', ...few];
  const { exitCode, stdout } = await runRlpa(args);
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`Look at it in a browser:\n  ${at('demo', 'report.html')}\n`);
  const last = stdout.slice(stdout.indexOf('One person it never met'));
  expect(last).toMatch(/^BEFORE TRAINING +profile it keeps$/mu);
  expect(last.match(/^user /gmu)).toHaveLength(24);
  expect(last.trimEnd().split('\n').at(-1)).toMatch(/^✓ right|^○ told, but not kept$/u);
  const page = fs.readFileSync(at('demo', 'report.html'), 'utf8');
  expect(page).toContain(met);
  expect(page).toContain('with 3 people it never met');
});

it('training that measures nobody keeps a few people it met before and after', async () => {
  const args = ['train', '--preset', 'small-world', '--out', at('run'), ...few];
  expect((await runRlpa(args)).exitCode).toBe(0);
  expect(fs.readdirSync(at('run', 'evaluation'))).toEqual(['talks-base.json', 'talks-rlpa-1.json']);
  expect((await runRlpa(['report', at('run')])).exitCode).toBe(0);
  const page = fs.readFileSync(at('run', 'report.html'), 'utf8');
  expect(page).toContain(met);
  expect(page).toContain('of 4 people that were met');
  expect(page).toContain('held-out people have not been measured');
});
