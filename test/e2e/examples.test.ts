/** Every file of `examples/` runs as its reader would run it, and says what it is there to say. */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { startFakeServer } from '../fake-server/fake-model-server.ts';
import { createScratch, root } from './command-line.ts';

const folder = path.join(root, 'examples');
const jiti = path.join(root, 'node_modules', 'jiti', 'lib', 'jiti-cli.mjs');
const scratch = createScratch();
afterAll(() => fs.rmSync(scratch, { recursive: true }));

const runExample = async (name: string, ...args: readonly string[]): Promise<string> => {
  const file = path.join(folder, `${name}.ts`);
  const options = { cwd: root, env: { ...process.env, TMPDIR: scratch } };
  const { stdout } = await promisify(execFile)(process.execPath, [jiti, file, ...args], options);
  return stdout;
};

describe('the examples', () => {
  it('train with a reward of their own', async () => {
    const shown = await runExample('own-reward');
    expect(shown).toMatch(/iteration 3: response reward 0\.\d+/u);
    expect(fs.existsSync(/A Hugging Face folder: (.*)/u.exec(shown)?.[1] ?? '')).toBe(true);
  });

  it('let users of their own talk', async () => {
    const shown = await runExample('own-users');
    expect(shown).toContain('a talk with curious/1');
    expect(shown.match(/ {2}reply: /gu)).toHaveLength(3);
  });

  it('train in a world of their own', async () => {
    const shown = await runExample('own-world', '--train', path.join(scratch, 'own-world'));
    expect(shown).toContain('Measuring the trained policy on the same people');
  });

  it('write the loop out, and it learns from what earned more than usual', async () => {
    const shown = await runExample('minimal-loop');
    expect(shown.match(/iteration \d: return \d+\.\d+, loss -?\d+\.\d+/gu)).toHaveLength(4);
  });

  it('measure a remote model', async () => {
    const server = await startFakeServer({
      answer: () => '<profile> </profile> <response> nice to meet you . </response>',
    });
    const shown = await runExample('evaluate-remote', `${server.baseUrl}#any`);
    await server.close();
    expect(shown).toContain('readable outputs: 1');
    expect(shown).toMatch(/replies that suit, by turn: \d\.\d\d \d\.\d\d \d\.\d\d/u);
  });

  it('hold a chat whose profile is corrected', async () => {
    const shown = await runExample('open-chat');
    expect(shown).toContain('notes: music: jazz');
    expect(shown.trimEnd().split('\n').at(-1)).toContain('music: swing');
  });

  it('give an application memory of each person, in the words of the docs', async () => {
    const shown = await runExample('app-with-memory');
    expect(shown).toMatch(/- city: berlin\n- music: jazz\n/u);
    expect(shown).toContain('entries: 2');
    const code = fs.readFileSync(path.join(folder, 'app-with-memory.ts'), 'utf8').trimEnd();
    expect(code.split('\n').length).toBeLessThanOrEqual(30);
    expect(fs.readFileSync(path.join(root, 'docs', 'serve.md'), 'utf8')).toContain(code);
  });

  it('are all run here', () => {
    const names = fs.readdirSync(folder).filter((name) => name.endsWith('.ts'));
    const run = [
      'app-with-memory',
      'evaluate-remote',
      'minimal-loop',
      'open-chat',
      'own-reward',
      'own-users',
    ];
    expect(names).toEqual([...run, 'own-world'].map((name) => `${name}.ts`).sort());
  });
});
