/** One process at a time writes to a folder, and a process that was killed holds nothing. */
import { spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { openRun } from './index.ts';
import { catchError, openScratch, ScratchRuns } from './testing/scratch-run.ts';

const runs = new ScratchRuns();
afterAll(() => runs.remove());

let directory = '';
beforeEach(() => {
  directory = runs.next();
});

const locks = path.resolve(import.meta.dirname, '../../node_modules/fs-native-extensions/index.js');

/** A process of its own that holds the folder as ours do. */
async function holdElsewhere(): Promise<ChildProcess> {
  const place = path.join(directory, '.rlpa');
  fs.mkdirSync(place, { recursive: true });
  const script = `
    import fs from 'node:fs';
    import locks from ${JSON.stringify(pathToFileURL(locks).href)};
    const handle = fs.openSync(${JSON.stringify(path.join(place, 'lock'))}, 'a+');
    if (!locks.tryLock(handle)) process.exit(1);
    const holder = { pid: process.pid, host: 'elsewhere', since: 'noon' };
    fs.writeFileSync(${JSON.stringify(path.join(place, 'holder.json'))}, JSON.stringify(holder));
    console.log('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

describe('the lock of a run', () => {
  it('is refused while another process holds it, and free at once when that was killed', async () => {
    const child = await holdElsewhere();
    const error = catchError(() => openScratch(directory));
    expect(error).toMatchObject({ code: 'folder_in_use', exitCode: 2 });
    expect(error.message).toContain(`process ${child.pid} on elsewhere, since noon`);
    expect(error.hint).toContain('nothing has to be deleted');
    expect(fs.existsSync(path.join(directory, 'config.json'))).toBe(false);
    await kill(child);
    openScratch(directory).close();
    openScratch(directory, { resume: true }).close();
  });

  it('names nobody where the holder has not said who it is', async () => {
    const child = await holdElsewhere();
    fs.writeFileSync(path.join(directory, '.rlpa', 'holder.json'), '{"pid":');
    expect(catchError(() => openScratch(directory)).message).toContain('by another process');
    await kill(child);
  });

  it('says who holds it', () => {
    openScratch(directory);
    const text = fs.readFileSync(path.join(directory, '.rlpa', 'holder.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ pid: process.pid, host: os.hostname() });
  });

  it('is taken over by the process itself, and the earlier opening writes no more', () => {
    const earlier = openScratch(directory);
    const later = openScratch(directory, { resume: true });
    const write = (): void => earlier.appendMetrics({ iteration: 1 });
    expect(catchError(write)).toMatchObject({ code: 'lock_lost' });
    later.appendMetrics({ iteration: 1 });
    later.close();
    expect(catchError(() => later.appendMetrics({ iteration: 2 }))).toMatchObject({
      code: 'lock_lost',
    });
    expect(later.readMetrics()).toHaveLength(1);
  });

  it('is lost with its file, so that two who hold files of one name never both write', () => {
    const run = openScratch(directory);
    fs.rmSync(path.join(directory, '.rlpa', 'lock'));
    expect(catchError(() => run.writeEpisodes(1, []))).toMatchObject({ code: 'lock_lost' });
  });

  it('is given back when the run is refused after all', async () => {
    openScratch(directory).close();
    const settings = { iterations: 1 };
    const refused = catchError(() => openRun({ directory, settings, resume: true }));
    expect(refused).toMatchObject({ code: 'resume_settings_differ' });
    const child = await holdElsewhere();
    await kill(child);
  });
});
