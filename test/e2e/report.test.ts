/** rlpa report from the shell: a file, a server that Ctrl-C ends, and errors with their exit codes. */
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFakeRun } from '../../src/report/testing/fake-run.ts';
import { createScratch, runRlpa } from './command-line.ts';

const scratch = createScratch();
const run = path.join(scratch, 'run');

beforeAll(async () => {
  await createFakeRun(run, 2);
});

afterAll(() => fs.rmSync(scratch, { recursive: true }));

it('writes one file, into the run or where it is told', async () => {
  const { exitCode, stdout } = await runRlpa(['report', run]);
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: `Written: ${path.join(run, 'report.html')}\n`,
  });
  const out = path.join(scratch, 'elsewhere', 'page.html');
  expect((await runRlpa(['report', run, '--out', out])).exitCode).toBe(0);
  const page = fs.readFileSync(out, 'utf8');
  expect(page).toBe(fs.readFileSync(path.join(run, 'report.html'), 'utf8'));
  expect(page).toContain('Did it work?');
});

it('serves until Ctrl-C, and that is no failure', async () => {
  let isWatched = false;
  const outcome = await runRlpa(['report', run, '--serve', '--port', '0'], {
    onTick: (child) => {
      if (isWatched) return;
      isWatched = true;
      child.stdout?.once('data', () => child.kill('SIGINT'));
    },
  });
  expect(outcome.exitCode).toBe(0);
  expect(outcome.stderr.trim()).toBe('Stopping. Press Ctrl-C again to stop at once.');
  expect(outcome.stdout).toMatch(/^Serving .* at http:\/\/127\.0\.0\.1:\d+\//u);
});

it('leaves with 2 for a port in use, and with 3 for what is no run', async () => {
  const other = http.createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const taken = await runRlpa(['report', run, '--serve', '--port', String(port)]);
  other.close();
  expect(taken).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/in use/u) as unknown });
  const missing = await runRlpa(['report', path.join(scratch, 'nowhere')]);
  expect(missing.exitCode).toBe(3);
  expect(missing.stderr).toMatch(/There is no folder .*\nhint: Name the run directory/u);
});
