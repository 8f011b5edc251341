/** A disk that is full in the middle of a write leaves what was there, and says so. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { appendFile, writeFileAtomic } from '../../src/base/index.ts';
import { runOnFailingDisk } from './failing-disk.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-full-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

/** Points of one write: opening the file, writing it, and being cut off in the middle of that. */
it.each([1, 2, 3])('leaves a file and a log as they were (point %i)', async (point) => {
  for (const write of [writeFileAtomic, appendFile]) {
    const file = path.join(root, `${write.name}-${point}`);
    write(file, 'what was there\n');
    const full = await runOnFailingDisk(
      () => Promise.resolve().then(() => write(file, 'what does not fit\n')),
      { kind: 'full', point },
    );
    expect(full.error).toMatchObject({ code: 'disk_full', exitCode: 3 });
    expect(fs.readFileSync(file, 'utf8')).toBe('what was there\n');
  }
  expect(fs.readdirSync(root).filter((name) => name.includes('tmp'))).toEqual([]);
});
