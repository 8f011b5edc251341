/** The presets of published recipes against a table of what was published, value by value. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveSettings } from '../../src/app/index.ts';
import { flattenSettings } from '../../src/app/settings/layers.ts';
import { readPreset } from '../../src/app/settings/read-preset.ts';

type Recipe = 'paper' | 'code' | 'sft' | 'dpo';
type Fact = Readonly<Partial<Record<Recipe, unknown>>>;

const { facts, volume } = JSON.parse(
  fs.readFileSync(path.resolve(import.meta.dirname, '../fixtures/rlpa-facts.json'), 'utf8'),
) as {
  readonly facts: Readonly<Record<string, Fact>>;
  readonly volume: {
    people: number;
    prompts: number;
    samples: number;
    updates: number;
    warmUpShare: number;
  };
};

const recipes = [
  ['paper', 'paper'],
  ['paper-code', 'code'],
  ['paper-sft', 'sft'],
  ['paper-dpo', 'dpo'],
] as const satisfies readonly (readonly [preset: string, recipe: Recipe])[];

/** How our files and the servers call the models. */
const modelNames: Readonly<Record<string, string>> = {
  'Qwen2.5-3B-Instruct': 'models/Qwen2.5-3B-Instruct',
  'DeepSeek-V3': 'deepseek-chat',
};

const asSetting = (fact: unknown): unknown => modelNames[String(fact)] ?? fact;

describe.each(recipes)('the preset %s', (name, recipe) => {
  const { values, sources, recipe: title } = readPreset(name);
  const settings = new Map(flattenSettings(values));

  it('names what it follows, and a source for every value', () => {
    expect(title).toMatch(/arXiv 2505\.15456|commit 75bb4ff|appendix E\.2/u);
    expect(Object.keys(sources).sort()).toEqual([...settings.keys()].sort());
  });

  it('has the published values, and says so', () => {
    const published = Object.entries(facts).filter(([, fact]) => (fact[recipe] ?? null) !== null);
    expect(published.length).toBeGreaterThan(3);
    for (const [key, fact] of published) {
      expect(settings.get(key), key).toEqual(asSetting(fact[recipe]));
      expect(sources[key], key).toMatch(/^(?:both|paper|released|default of the released)/u);
    }
  });

  it('says of the other values that they are not published there', () => {
    for (const [key, source] of Object.entries(sources)) {
      const stated = /^paper/u.test(source)
        ? 'paper'
        : /^(?:released|default of)/u.test(source)
          ? 'code'
          : null;
      if (stated === null || facts[key] === undefined) continue;
      const fact = facts[key][recipe] ?? facts[key][stated] ?? null;
      expect(fact, `${key} claims ${source}`).not.toBeNull();
      expect(settings.get(key), key).toEqual(asSetting(fact));
    }
  });

  it('can be trained: resolved without a problem, matched by meaning, one pass over all people', () => {
    const { settings: resolved, sources: origins } = resolveSettings({
      preset: name,
      flags: { personas: 'people.jsonl' },
    });
    expect(resolved.world['matching']).toMatchObject({ kind: 'model' });
    const { iterations, episodesPerIteration } = resolved;
    expect(iterations).toBe(Math.ceil(volume.people / episodesPerIteration));
    expect(origins.get('optimizer.learningRate')?.origin).toBe(
      `preset ${name} (${sources['optimizer.learningRate']})`,
    );
  });
});

describe('what is derived from the published figures', () => {
  it('is the schedule: a rise over 3 % of all updates, then a cosine to their end', () => {
    expect(volume.samples).toBe(volume.people * 10 * 4);
    expect(Math.round(volume.samples / 128)).toBe(volume.updates);
    for (const name of ['paper', 'paper-code']) {
      const { optimizer } = readPreset(name).values as {
        optimizer: { warmUpUpdates: number; cosineUpdates: number };
      };
      expect(optimizer.cosineUpdates).toBe(volume.updates);
      expect(optimizer.warmUpUpdates).toBe(Math.round(volume.warmUpShare * volume.updates));
    }
  });
});
