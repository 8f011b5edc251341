/** Where output goes, and what others wrote into it: a full disk, a closed pipe, escape sequences. */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createScratch, root, runRlpa, type Outcome } from './command-line.ts';

const fixture = path.join(root, 'test', 'fixtures', 'qwen2-tiny');
let scratch: string;

beforeAll(() => {
  scratch = createScratch();
});

afterAll(() => fs.rmSync(scratch, { recursive: true }));

/** Runs a line of shell in which `rlpa` is the built command. */
function runShell(line: string): Promise<Outcome> {
  const entry = path.join(root, 'dist', 'cli', 'main.js');
  const script = `rlpa() { "${process.execPath}" "${entry}" "$@"; }\n${line}`;
  return new Promise((resolve) => {
    execFile('bash', ['-c', script], { cwd: scratch }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe('standard output', () => {
  it('on a full disk ends in one line and exit code 3', async () => {
    const { stderr, exitCode } = await runShell('rlpa train --print-config --json > /dev/full');
    expect(stderr).toMatch(/^error: Could not write to standard output: .*ENOSPC.*\nhint: .*\n$/u);
    expect(exitCode).toBe(3);
  });

  it('whose reader has gone ends quietly', async () => {
    const line = 'rlpa train --print-config --json | true; echo "${PIPESTATUS[0]}"';
    expect(await runShell(line)).toMatchObject({ stdout: '0\n', stderr: '' });
  });

  it('goes on when only the notices have nowhere to go', async () => {
    const { stdout, exitCode } = await runShell('rlpa doctor 2> /dev/full');
    expect(exitCode).toBe(0);
    expect(stdout).toContain('onnx runtime');
  });
});

describe('standard input', () => {
  it('may be a file of token ids, as a shell pipes it in', async () => {
    const line = `rlpa score --json --model ${fixture} --ids <(echo '{"input_ids": [[1, 2, 3]]}')`;
    const { stdout, exitCode } = await runShell(line);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toHaveProperty('token_logprobs');
  });
});

describe('what others wrote', () => {
  it('steers no terminal, whether it is shown, refused or the name of a file', async () => {
    const escape = '\u001b]0;owned\u0007\u009b2J';
    const file = path.join(scratch, 'people.jsonl');
    const people = [`She loves ${escape} tea. She is a baker.`, 'He is a nurse. He plays chess.'];
    fs.writeFileSync(file, people.map((text) => `${JSON.stringify(text)}\n`).join(''));
    const talk = ['simulate', '--personas', file, '--turns', '4', '--episodes', '2'];
    const named = path.join(scratch, `a${escape}b`);
    for (const args of [talk, [...talk, '--json'], ['chat', '--policy', named], [escape]]) {
      const { stdout, stderr } = await runRlpa(args, { input: 'hello\n' });
      expect(stdout + stderr).not.toBe('');
      // eslint-disable-next-line no-control-regex -- these are the characters that are looked for
      expect(stdout + stderr).not.toMatch(/[\u001b\u0007\u009b]/u);
    }
  });
});

describe('the home of whoever runs it', () => {
  it('stays as it is, and so does the folder for temporary files', async () => {
    const home = path.join(scratch, 'home');
    fs.mkdirSync(home);
    const ids = path.join(scratch, 'ids.json');
    fs.writeFileSync(ids, '{"input_ids": [[1, 2, 3]]}');
    const env = { HOME: home, TMPDIR: home, XDG_CACHE_HOME: home, CI: '' };
    const { exitCode } = await runRlpa(['score', '--model', fixture, '--ids', ids], { env });
    expect(exitCode).toBe(0);
    expect(fs.readdirSync(home, { recursive: true })).toEqual([]);
  });
});

describe('exit codes', () => {
  it('are what --help says', async () => {
    const { stdout } = await runRlpa(['--help']);
    expect(stdout).toMatch(/Exit codes:\n {2}0 +done\n[^]* {2}130 +interrupted/u);
  });
});
