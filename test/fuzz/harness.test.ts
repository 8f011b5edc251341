/** The fuzz suite finds what it is there to find. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFakeRun } from '../../src/report/testing/fake-run.ts';
import { Host, type Outcome } from './hosts.ts';
import { describeChange, describeProblem } from './judge-outcome.ts';
import { describeOutside, layOut } from './sentinel.ts';

const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-fuzz-'));
afterAll(() => fs.rmSync(scratch, { recursive: true }));

const good: Outcome = {
  exitCode: 3,
  stdout: '',
  stderr: 'error: It is wrong.\n',
  seconds: 1,
  processorMs: 900,
  peakBytes: 2e8,
  pollution: [],
};

describe('a case', () => {
  it('that ends as it should has no problem', () => {
    expect(describeProblem(good)).toBeNull();
    expect(describeProblem({ ...good, exitCode: 0, stderr: '' })).toBeNull();
  });

  it.each<[string, Partial<Outcome>, RegExp]>([
    ['that is killed', { exitCode: null }, /no end/u],
    ['with another exit code', { exitCode: 13 }, /exit code 13/u],
    ['without a word', { stderr: '' }, /without a word/u],
    ['that was not foreseen', { stderr: 'hint: This was not foreseen.' }, /unforeseen/u],
    ['with a stack', { stderr: 'error: x\n    at y (z.js:1:2)' }, /unforeseen/u],
    ['that takes too long', { seconds: 12, processorMs: 11_000 }, /took 12\.0 s/u],
    ['that takes too much', { peakBytes: 1.6e9 }, /took 1\.60 GB/u],
    ['that reaches every object', { pollution: ['polluted'] }, /every object/u],
  ])('%s has one', (_, change, problem) => {
    expect(describeProblem({ ...good, ...change })).toMatch(problem);
  });

  it('that changes anything outside is seen', () => {
    const places = layOut(path.join(scratch, 'tree'));
    const before = describeOutside(places);
    fs.writeFileSync(path.join(places.case, 'own'), 'may change');
    expect(describeChange(before, describeOutside(places))).toBeNull();
    fs.appendFileSync(places.secret, 'x');
    expect(describeChange(before, describeOutside(places))).toContain('secret.jsonl');
    fs.writeFileSync(path.join(places.cwd, 'new'), '');
    expect(describeChange(before, describeOutside(places))).toContain(path.join('cwd', 'new'));
  });
});

describe('a host', () => {
  it('ends what does not end, and answers the next', async () => {
    const run = path.join(scratch, 'run');
    await createFakeRun(run, 2);
    const host = new Host({}, 10_000);
    const job = { cwd: scratch, input: '' };
    const serve = ['report', run, '--serve', '--port', '0'];
    expect(await host.run({ ...job, args: serve })).toMatchObject({ exitCode: null });
    const next = await host.run({ ...job, args: ['report', run] });
    expect(next).toMatchObject({ exitCode: 0, pollution: [] });
    expect(next.peakBytes).toBeGreaterThan(1e7);
    host.close();
  });
});
