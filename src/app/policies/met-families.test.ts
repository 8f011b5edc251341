/** Whom a policy learnt from, by the records of its runs and of its base. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findPolicy } from './find-policy.ts';
import { groupFamilies, mapGroups, readMetFamilies, type ReadAlong } from './met-families.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-families-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

const world = { families: ['direct', 'turned', 'terse'] };

/** A run that trained on families, beginning with a model. */
function writeRun(name: string, families: readonly string[], model: string): string {
  const folder = path.join(root, name);
  fs.mkdirSync(path.join(folder, 'model'), { recursive: true });
  const settings = { families, policy: { model }, world: { kind: 'small-world' } };
  fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ format: 1, settings }));
  return folder;
}

const nothing: ReadAlong = { consent: { reads: [] }, log: () => undefined };

const read = (run: string, along = nothing): ReturnType<typeof readMetFamilies> =>
  readMetFamilies({ folder: path.join(run, 'model') }, along);

describe('the families a policy has met', () => {
  it('are those of the demonstrations for the base that comes with the package', () => {
    expect(readMetFamilies(findPolicy('base'), nothing)).toEqual({
      trained: ['direct'],
      met: ['direct'],
    });
  });

  it('are those a run trained on and those of what it began with', () => {
    const run = writeRun('turned', ['turned'], 'base');
    expect(read(run)).toEqual({ trained: ['turned'], met: ['turned', 'direct'] });
    const next = writeRun('terse', ['terse'], run);
    const all = { trained: ['terse'], met: ['terse', 'turned', 'direct'] };
    expect(read(next, { ...nothing, consent: { reads: [run] } })).toEqual(all);
  });

  it('are not looked for where a run leads to and nobody allowed it', () => {
    const elsewhere = writeRun('elsewhere', ['turned'], 'base');
    fs.writeFileSync(path.join(elsewhere, 'model', 'provenance.json'), 'read me and fail');
    const run = writeRun('foreign', ['terse'], elsewhere);
    const lines: string[] = [];
    const log = (text: string): void => void lines.push(text);
    expect(read(run, { ...nothing, log })).toEqual({ trained: ['terse'], met: ['terse'] });
    expect(lines).toEqual([expect.stringContaining(`--allow-read ${elsewhere}`)]);
    expect(() => read(run, { log, consent: { reads: [elsewhere] } })).toThrow(/provenance/u);
  });

  it('are nobody, where nothing says and where the start is gone', () => {
    expect(readMetFamilies({ folder: root }, nothing)).toEqual({ trained: [], met: [] });
    expect(read(writeRun('lost', ['turned'], path.join(root, 'gone')))).toEqual({
      trained: ['turned'],
      met: ['turned'],
    });
  });
});

describe('the groups that are measured', () => {
  it('are those trained on, whatever the order of the world, and one that was never met', () => {
    const cold = read(writeRun('measured', ['turned'], 'base'));
    expect(groupFamilies(world, cold)).toEqual({ trained: ['turned'], untrained: ['terse'] });
    const both = { trained: ['direct', 'turned'], met: ['direct'] };
    expect(groupFamilies(world, both)).toEqual({
      trained: ['direct', 'turned'],
      untrained: ['terse'],
    });
  });

  it('have the untrained one that is wanted', () => {
    const { families } = world;
    const learnt = { trained: ['direct'], met: ['direct', 'terse'] };
    const wanted = families.find((each) => each !== 'direct' && each !== 'terse')!;
    expect(groupFamilies(world, learnt, wanted).untrained).toEqual([wanted]);
    expect(() => groupFamilies(world, learnt, 'terse')).toThrow('met users of the family "terse"');
    expect(() => groupFamilies(world, learnt, 'nobody')).toThrow('no family of users "nobody"');
  });

  it('have no untrained one where all were met', async () => {
    const all = groupFamilies(world, { trained: ['turned', 'terse'], met: ['direct'] });
    expect(all).toEqual({ trained: ['turned', 'terse'] });
    expect(await mapGroups(all, (families) => families.length)).toEqual({ trained: 2 });
  });
});
