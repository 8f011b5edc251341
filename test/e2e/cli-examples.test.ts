/** Every example that --help shows works when pasted, in the order in which a newcomer meets them. */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScratch, runRlpa } from './command-line.ts';

const commands = [
  'doctor',
  'train',
  'report',
  'score',
  'eval',
  'floors',
  'simulate',
  'models',
  'rescore',
  'chat',
  'mcp',
  'warm-start',
  'compare',
  'demo',
];
let scratch: string;

beforeAll(() => {
  scratch = createScratch();
});

afterAll(() => {
  fs.rmSync(scratch, { recursive: true });
});

const paste = (line: string): Promise<{ readonly failure: unknown; readonly stdout: string }> => {
  return new Promise((resolve) => {
    execFile('sh', ['-c', line], { cwd: scratch }, (failure, stdout, stderr) => {
      resolve({ failure: failure === null ? null : stderr, stdout });
    });
  });
};

describe('the example of', () => {
  it.each(commands)('rlpa %s', async (command) => {
    const { stdout: help, exitCode } = await runRlpa([command, '--help'], { cwd: scratch });
    expect(exitCode).toBe(0);
    const example = /Example:\n {2}(.+)\n/u.exec(help)?.[1];
    expect(example).toContain(`main.js ${command}`);
    const { failure, stdout } = await paste(example ?? '');
    expect(failure).toBeNull();
    expect(stdout).not.toBe('');
  });

  it('rlpa serve, which ends when it is told to', async () => {
    const { stdout: help } = await runRlpa(['serve', '--help'], { cwd: scratch });
    expect(/Example:\n {2}(.+)\n/u.exec(help)?.[1]).toContain('main.js serve --port 0');
    let said = '';
    let isTold = false;
    const { exitCode, stdout } = await runRlpa(['serve', '--port', '0'], {
      cwd: scratch,
      onTick: (child) => {
        if (said === '') child.stdout?.once('data', (part: Buffer) => (said += part.toString()));
        else if (child.exitCode === null && !isTold) isTold = child.kill('SIGINT');
      },
    });
    expect(exitCode).toBe(0);
    expect(stdout.split('\n')[0]).toMatch(/^Serving at http:\/\/127\.0\.0\.1:\d+ /u);
    expect(fs.existsSync(path.join(scratch, 'rlpa-profiles.db'))).toBe(true);
  });

  it('all commands there are is in this list', async () => {
    const { stdout } = await runRlpa(['--help']);
    const listed = [...stdout.matchAll(/^ {2}([a-z-]+) \[options\]/gmu)].map(([, name]) => name);
    expect(listed.sort()).toEqual([...commands, 'serve'].sort());
  });
});

describe('the demo', () => {
  it('leaves demo.json with every array, curves and three transcripts', () => {
    const run = path.join(scratch, 'runs', 'demo');
    const demo = JSON.parse(fs.readFileSync(path.join(run, 'demo.json'), 'utf8')) as Record<
      string,
      Record<string, Record<string, unknown>>
    >;
    for (const policy of ['base', 'rlpa']) {
      for (const family of ['trained', 'untrained']) {
        const scores = demo[policy]?.[family] ?? {};
        for (const key of ['profile_f1_disclosed', 'profile_f1_full', 'alignment']) {
          expect(scores[key]).toHaveLength(12);
        }
        for (const key of ['format_rate', 'tokens_per_turn', 'users', 'seconds']) {
          expect(typeof scores[key]).toBe('number');
        }
      }
    }
    expect(fs.readFileSync(path.join(run, 'learning-curves.svg'), 'utf8')).toMatch(/^<svg/u);
    expect(fs.readdirSync(path.join(run, 'transcripts'))).toHaveLength(3);
  });
});
