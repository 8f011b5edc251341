/** Practice for the warm start: short talks with much to write down, whatever the family. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { planEpisodes, runDemonstrations } from '../../env/index.ts';
import { createSmallWorld } from './world.ts';
import { smallWorldFamilies } from './families.ts';

async function countDisclosures(family: string, isPractice: boolean): Promise<number> {
  const world = createSmallWorld({ isPractice });
  const random = createRandom(4);
  const plans = planEpisodes({ world, random, count: 40, split: 'train', families: [family] });
  const episodes = await runDemonstrations(plans, { world, turns: 3 });
  const turns = episodes.flatMap((episode) => episode.turns);
  return turns.reduce((sum, { user }) => sum + user.disclosures.length, 0);
}

describe('practice in the small world', () => {
  it.each(smallWorldFamilies)('has %s users tell more than they do in a talk', async (family) => {
    const [inTalk, inPractice] = [
      await countDisclosures(family, false),
      await countDisclosures(family, true),
    ];
    expect(inPractice).toBeGreaterThan(inTalk);
  });
});
