import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import { createSmallWorld, planEpisodes, runDemonstrations, type Episode } from '../env/index.ts';
import { openRun, type RunDirectory } from '../runlog/index.ts';
import { composeReport, describeEpisode, judgeRun, loadRun, serveReport } from './index.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-report-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

const world = createSmallWorld();

async function createRun(name: string, iterations = 3): Promise<RunDirectory> {
  const run = openRun({
    directory: path.join(root, name),
    settings: { seed: 7, algorithm: 'ppo', world: { kind: 'small-world' } },
  });
  for (let iteration = 1; iteration <= iterations; iteration += 1)
    await addIteration(run, iteration);
  return run;
}

async function addIteration(run: RunDirectory, iteration: number): Promise<Episode[]> {
  const random = createRandom(iteration);
  const plans = planEpisodes({ world, random, count: 4, split: 'train' });
  const episodes = await runDemonstrations(plans, { world, turns: 4 });
  run.writeEpisodes(iteration, episodes);
  run.appendTimings({ iteration, 'seconds/collect': 1, 'seconds/update': 2 });
  run.appendMetrics({
    iteration,
    'alignment/late_mean': 0.2 * iteration,
    'profile/f1_disclosed_late': 0.5,
    'format/rate': 0.9,
    'tokens/generated_total': 1000 * iteration,
    'judge/missing': iteration === 2 ? 3 : 0,
    'made/up': iteration,
    'alignment/none': null,
  });
  return episodes;
}

const page = (run: RunDirectory): Promise<string> =>
  composeReport(run.directory, { refreshSeconds: null });

/** What the page's script is given. */
function readData(html: string): { episodes: unknown[]; choice: string } {
  const [, json = ''] =
    /<script type="application\/json" id="data">(.*?)<\/script>/su.exec(html) ?? [];
  return JSON.parse(json) as { episodes: unknown[]; choice: string };
}

describe('a report', () => {
  it('says whether training worked, what went wrong and what it cost', async () => {
    const run = await createRun('worked');
    expect(judgeRun(loadRun(run.directory))).toEqual([
      {
        tone: 'good',
        text: 'Alignment in training rose from 0.20 to 0.60 (first against last iteration).',
      },
      {
        tone: 'plain',
        text: 'Profile F1 in training stayed at about 0.50 (first against last iteration).',
      },
      {
        tone: 'bad',
        text: "90.0 % of the last iteration's outputs were well formed: malformed ones earn nothing, filter for them below.",
      },
      { tone: 'bad', text: '3 replies got no readable verdict and were left out, not scored 0.' },
      {
        tone: 'plain',
        text: 'Not finished yet: 3 iterations, 3,000 sampled tokens, 0.1 minutes of training.',
      },
    ]);
  });

  it('is one page: every metric, every setting, nothing remote', async () => {
    const html = await page(await createRun('page'));
    expect(html).toContain('made/up');
    expect(html).not.toContain('alignment/none');
    expect(html).toContain('world.kind');
    expect(html.match(/<svg/gu)).toHaveLength(2);
    expect(html.replaceAll('http://www.w3.org/', '')).not.toMatch(
      /(?:src|href)="(?!#)|https?:\/\//u,
    );
    expect(html).toContain("default-src 'none'");
    expect(readData(html).episodes).toHaveLength(12);
  });

  it('never lets a text of a conversation be markup', async () => {
    const run = await createRun('hostile', 0);
    const [episode] = await addIteration(run, 1);
    const hostile = '</script><img src=x onerror=alert(1)>';
    const turn = { ...episode!.turns[0]!, response: hostile };
    run.writeEpisodes(1, [{ ...episode!, user: hostile, turns: [turn] }]);
    const html = await page(run);
    expect(html).not.toContain('<img');
    expect(html.match(/<\/script>/gu)).toHaveLength(2);
    expect(JSON.stringify(readData(html).episodes)).toContain(hostile);
  });

  it('takes a run that has nothing yet, or was cut short in the middle of a line', async () => {
    const empty = await page(await createRun('empty', 0));
    expect(empty).toContain('No iteration is finished yet.');
    const cut = await createRun('cut', 2);
    fs.appendFileSync(cut.file('metrics.jsonl'), '{"iteration": 3, "alig');
    fs.appendFileSync(cut.file('episodes', 'iteration-00002.jsonl'), '{"format":1,');
    expect(readData(await page(cut)).episodes).toHaveLength(8);
  });

  it('names what is missing where there is no run', () => {
    expect(() => loadRun(path.join(root, 'nowhere'))).toThrow(/There is no folder/u);
    expect(() => loadRun(root)).toThrow(/expected config\.json in it, found none/u);
  });
});

describe('the view of a conversation', () => {
  it('marks items right, wrong, stale and missed', async () => {
    const run = await createRun('marks', 0);
    const [episode] = await addIteration(run, 1);
    const item = (slot: string, value: string): { slot: string; value: string } => ({
      slot,
      value,
    });
    const turn = {
      ...episode!.turns[0]!,
      profileBefore: [],
      profileAfter: [item('city', 'oslo'), item('food', 'thai'), item('music', 'rock')],
      disclosedProfile: [item('city', 'oslo'), item('food', 'greek'), item('pet', 'cat')],
      supersededProfile: [item('food', 'thai')],
    };
    const [view] = describeEpisode({ ...episode!, turns: [turn] }, 1).turns;
    expect(view!.after).toEqual([
      { text: 'city: oslo', mark: 'right' },
      { text: 'food: thai', mark: 'stale' },
      { text: 'music: rock', mark: 'wrong' },
      { text: 'food: greek', mark: 'missed' },
      { text: 'pet: cat', mark: 'missed' },
    ]);
  });
});

describe('serving a report', () => {
  it('follows the run, gives any iteration, and refuses what it does not have', async () => {
    const run = await createRun('live', 1);
    const server = await serveReport({ directory: run.directory, host: '127.0.0.1', port: 0 });
    const get = (what: string): Promise<Response> => fetch(new URL(what, server.url));
    try {
      expect(await (await get('/state')).json()).toMatchObject({ finished: 1, isDone: false });
      await addIteration(run, 2);
      expect(await (await get('/state')).json()).toMatchObject({ finished: 2, iterations: [1, 2] });
      expect(await (await get('/')).text()).toContain('2 iterations');
      expect(await (await get('/episodes?iteration=2')).json()).toHaveLength(4);
      expect((await get('/episodes?iteration=9')).status).toBe(404);
      expect((await get('/../config.json')).status).toBe(404);
      const port = Number(new URL(server.url).port);
      await expect(
        serveReport({ directory: run.directory, host: '127.0.0.1', port }),
      ).rejects.toMatchObject({ code: 'cannot_listen', exitCode: 2 });
    } finally {
      await server.close();
    }
  });
});
