import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { getSystemErrorMap } from 'node:util';
import { describe, expect, it } from 'vitest';
import { DataError } from '../base/index.ts';
import { exitCodes } from './exit-codes.ts';
import { describeFailure } from './failure.ts';

const describePlain = (error: unknown): ReturnType<typeof describeFailure> =>
  describeFailure(error, { isDebug: false, isInterrupted: false, rlpa: 'rlpa' });
const documented = Object.values(exitCodes).map(({ code }) => code as number);

describe('a failure', () => {
  it('of the system is foreseen, whatever its errno', () => {
    const known = [...getSystemErrorMap().values()];
    expect(known.length).toBeGreaterThan(50);
    for (const [code] of known) {
      const error = Object.assign(new Error(`${code}: raw`), { code, syscall: 'open', path: '/a' });
      const { text, exitCode } = describePlain(error);
      expect(text).toMatch(
        new RegExp(`^error: Could not open /a: .+ \\(${code}\\)\\.\nhint: .+\n$`),
      );
      expect(text).not.toContain('not foreseen');
      expect([2, 3, 4]).toContain(exitCode);
    }
  });

  it('as Node throws it names what could not be done, and to what', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'failure-'));
    const file = path.join(folder, 'file');
    fs.writeFileSync(file, '');
    const thrownBy = (work: () => unknown): ReturnType<typeof describeFailure> => {
      try {
        work();
      } catch (error) {
        return describePlain(error);
      }
      throw new Error('expected a failure');
    };
    expect(thrownBy(() => fs.readdirSync(file))).toEqual({
      text: `error: Could not scandir ${file}: not a directory (ENOTDIR).\nhint: Something else stands in that place; move it away, or name another.\n`,
      exitCode: 3,
    });
    expect(thrownBy(() => fs.readFileSync(folder)).text).toContain('(EISDIR)');
    expect(thrownBy(() => fs.openSync(path.join(file, 'a'), 'r')).text).toContain(`open ${file}`);
    expect(thrownBy(() => fs.writeFileSync('/dev/full', 'x'))).toMatchObject({
      text: expect.stringMatching(/no space left on device \(ENOSPC\)/u) as string,
      exitCode: 3,
    });
    fs.rmSync(folder, { recursive: true });
  });

  it('of memory is told as such', () => {
    for (const work of [() => new Array(-1), () => 'a'.repeat(2 ** 30 - 1)]) {
      let error: unknown;
      try {
        work();
      } catch (thrown) {
        error = thrown;
      }
      expect(describePlain(error).text).toMatch(/^error: There is not enough memory/u);
    }
  });

  it('of ours keeps its words, hint and exit code; of no kind is a fault', () => {
    const own = new DataError('own', 'It is wrong.', { hint: 'Mend it.' });
    expect(describePlain(own)).toEqual({
      text: 'error: It is wrong.\nhint: Mend it.\n',
      exitCode: 3,
    });
    for (const thrown of [new Error('odd'), 'text', null, undefined, { toString: () => 'x' }]) {
      const { text, exitCode } = describePlain(thrown);
      expect(text).toMatch(/not foreseen/u);
      expect(exitCode).toBe(1);
      expect(documented).toContain(exitCode);
    }
  });

  it('whose causes go round in a circle is told once', () => {
    const error = new Error('round');
    error.cause = error;
    const { text } = describeFailure(error, { isDebug: true, isInterrupted: false, rlpa: 'rlpa' });
    expect(text.match(/caused by/gu)?.length).toBeLessThan(20);
  });
});
