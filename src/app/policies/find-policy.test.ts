import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createDefaultSettings } from '../settings/defaults.ts';
import { defaultWorld, everydayDefinition } from '../../worlds/index.ts';
import { findPolicy } from './find-policy.ts';
import { hashFiles, readProvenance } from './provenance.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-policy-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

function createRunFolder(name: string, world: object): string {
  const folder = path.join(root, name);
  fs.mkdirSync(path.join(folder, 'model'), { recursive: true });
  const config = { format: 1, settings: { world } };
  fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
  return folder;
}

describe('the policy of a run', () => {
  it('talks in the world it was trained in', () => {
    const world = { ...createDefaultSettings(defaultWorld).world, contextTurns: 2 };
    const folder = createRunFolder('new', world);
    expect(findPolicy(folder)).toMatchObject({ folder: path.join(folder, 'model'), world });
  });

  it('of an earlier version has the defaults of settings that came later', () => {
    const folder = createRunFolder('old', { kind: 'small-world' });
    expect(findPolicy(folder).world).toEqual(createDefaultSettings(defaultWorld).world);
  });

  it('of a version with other settings is refused, naming the setting', () => {
    const folder = createRunFolder('other', { kind: 'small-world', weather: 'rain' });
    expect(() => findPolicy(folder)).toThrow(/does not know: world\.?.*weather/u);
  });

  it('is missed where the run has not finished', () => {
    const folder = createRunFolder('unfinished', {});
    fs.rmdirSync(path.join(folder, 'model'));
    expect(() => findPolicy(folder)).toThrow(/has not left a model yet/u);
  });
});

describe('the trained policy of the package', () => {
  it('is found by its name, with the world it was trained in', () => {
    const found = findPolicy('trained');
    expect(found).toMatchObject({ learntIn: defaultWorld.kind, name: 'trained small-world' });
    expect(found.world).toMatchObject({ kind: defaultWorld.kind });
    expect(hashFiles(found.folder)).toEqual(readProvenance(found.folder)?.files);
  });

  it('is missed in a world that has none', () => {
    expect(() => findPolicy('trained', { world: everydayDefinition })).toThrow(
      /No trained policy of the world everyday/u,
    );
  });
});
