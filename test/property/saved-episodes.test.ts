/**
 * Saved conversations: what rlpa writes is read back; of one that was changed at any place, either the
 * change does no harm, or it is refused by an error that names the line.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom, RlpaError } from '../../src/base/index.ts';
import {
  planEpisodes,
  runDemonstrations,
  summarizeEpisodes,
  type Episode,
} from '../../src/env/index.ts';
import { renderTranscript } from '../../src/eval/index.ts';
import { readEpisodesFile } from '../../src/runlog/index.ts';
import { createFreeTextWorld, createSmallWorld, parsePersonas } from '../../src/worlds/index.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-episodes-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));
const file = path.join(folder, 'iteration-00001.jsonl');

const people = ['"She is a baker. She loves cats. She sings."', '"He is a nurse. He hates rain."'];
const worlds = {
  'the small world': () => createSmallWorld(),
  'free text': () =>
    createFreeTextWorld({ personas: parsePersonas(people.join('\n'), 'p.jsonl').personas }),
};

function save(episodes: readonly unknown[]): void {
  fs.writeFileSync(file, episodes.map((episode) => `${JSON.stringify(episode)}\n`).join(''));
}

/** Every place in a JSON value, as the keys that lead there. */
function listPlaces(value: unknown, keys: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [keys];
  const inside = Object.entries(value).flatMap(([key, part]) => listPlaces(part, [...keys, key]));
  return keys.length === 0 ? inside : [keys, ...inside];
}

function replace(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const parts = value as Readonly<Record<string, unknown>>;
  const changed = replace(parts[key], rest, by);
  if (Array.isArray(value)) return value.with(Number(key), changed);
  return { ...parts, [key]: changed };
}

describe.each(Object.entries(worlds))('conversations of %s', (_, create) => {
  let episodes: readonly Episode[];
  beforeAll(async () => {
    const world = create();
    const plans = planEpisodes({ world, random: createRandom(3), count: 2, split: 'train' });
    episodes = await runDemonstrations(plans, { world, turns: 4 });
  });

  it('are read back as they were written', () => {
    save(episodes);
    expect(readEpisodesFile(file)).toEqual(JSON.parse(JSON.stringify(episodes)));
  });

  it('that were changed do no harm or are refused', () => {
    const whole: unknown = JSON.parse(JSON.stringify(episodes[0]));
    const places = listPlaces(whole);
    const by = fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 1 }));
    fc.assert(
      fc.property(fc.constantFrom(...places), by, (keys, content) => {
        save([replace(whole, keys, content)]);
        let read: Episode[];
        try {
          read = readEpisodesFile(file);
        } catch (error) {
          expect(error).toBeInstanceOf(RlpaError);
          expect((error as RlpaError).message).toMatch(/^Line 1 of .*iteration-00001\.jsonl/u);
          return;
        }
        summarizeEpisodes(read);
        for (const episode of read) renderTranscript(episode, 'changed');
      }),
      { seed: 23, numRuns: 500 },
    );
  });
});
