/** The page of a run made by hand: what it holds, what it never holds, and runs that are not whole. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openRun, type RunDirectory } from '../runlog/index.ts';
import { composeReport, describeEpisodes, loadRun, pageLimits, type EpisodeView } from './index.ts';
import { chooseTranscripts } from './report.ts';
import { addFakeIteration, createFakeRun, writeFakeMeasurements } from './testing/fake-run.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-report-'));
afterAll(() => fs.rmSync(root, { recursive: true }));

const createRun = (name: string, iterations = 3): Promise<RunDirectory> =>
  createFakeRun(path.join(root, name), iterations);

const page = (run: RunDirectory): Promise<string> =>
  composeReport(run.directory, { refreshSeconds: null });

/** What the page's script is given. */
function readData(html: string): { episodes: EpisodeView[]; choice: string } {
  const [, json = ''] =
    /<script type="application\/json" id="data">(.*?)<\/script>/su.exec(html) ?? [];
  return JSON.parse(json) as { episodes: EpisodeView[]; choice: string };
}

describe('a report', () => {
  it('is one page: verdict, every metric, every setting, nothing remote', async () => {
    const html = await page(await createRun('page'));
    expect(html).toContain('held-out people have not been measured');
    expect(html).toContain('3 replies got no readable verdict');
    expect(html).toContain('Not finished: 3 of 4 iterations so far, 3,000 sampled tokens');
    expect(html).toContain('seed 7, algorithm ppo');
    expect(html).toContain('made/up');
    expect(html).not.toContain('alignment/none');
    expect(html).toContain('world.kind');
    expect(html).toContain('Time of an iteration');
    expect(html).toContain('F1 against everything');
    expect(html.replaceAll('http://www.w3.org/', '')).not.toMatch(
      /(?:src|href)="(?!#)|https?:\/\//u,
    );
    expect(readData(html).episodes).toHaveLength(12);
  });

  it('begins with a conversation before and after, and ends with diagnostics folded away', async () => {
    const run = await createRun('order', 2);
    await writeFakeMeasurements(run, 2);
    const html = await page(run);
    const places = ['class="headline', 'After training', 'class="figures-row"', 'id="talks"'].map(
      (mark) => html.indexOf(mark),
    );
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    const diagnostics = html.slice(html.indexOf('<section id="diagnostics"'));
    expect(diagnostics).toContain('Learning curves');
    expect(diagnostics).not.toContain('<details open');
  });

  it('admits its own style and script by their hashes, and no style inside an element', async () => {
    const html = await page(await createRun('policy', 1));
    const policy = /Content-Security-Policy" content="([^"]*)"/u.exec(html)?.[1] ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; connect-src 'none'/u,
    );
    expect(html).not.toMatch(/<[^>]* (?:style|on\w+)=/u);
  });

  it('shows measured people before and after, and compares them person by person', async () => {
    const run = await createRun('measured', 2);
    await writeFakeMeasurements(run, 2);
    const html = await page(run);
    expect(html).toContain('with 5 people it never met');
    expect(html).toContain('+0.80 ± 0.56 person by person, 5 held-out users');
    expect(html).toContain('Alignment, trained family');
    expect(html).toContain('Band: 95 % interval');
    const { episodes, choice } = readData(html);
    expect(episodes.filter(({ source }) => source === 'held-out, after training')).toHaveLength(10);
    expect(choice).toContain('20 with held-out people');
  });

  it('never lets a text of a conversation be markup', async () => {
    const run = await createRun('hostile', 0);
    const [episode] = await addFakeIteration(run, 1);
    const hostile = '</script><img src=x onerror=alert(1)>';
    const turn = {
      ...episode!.turns[0]!,
      response: hostile,
      formatProblem: hostile,
      verdict: { criteria: {}, reasons: [hostile] },
    };
    const trueProfile = [{ slot: 'name', value: hostile }];
    const persona = { ...episode!.persona, trueProfile };
    const changed = { ...episode!, user: hostile, persona, turns: [turn] };
    run.writeEpisodes(1, [changed as typeof changed & typeof episode]);
    const html = await page(run);
    expect(html).not.toContain('<img');
    expect(html).toContain('&lt;img');
    expect(html.match(/<\/script>/gu)).toHaveLength(2);
    expect(JSON.stringify(readData(html).episodes)).toContain(hostile);
  });

  it('holds a bounded sample and says how it was chosen', async () => {
    const run = await createRun('large', 1);
    const [episode] = await addFakeIteration(run, 2);
    const many = Array.from({ length: 500 }, (_, index) => ({ ...episode!, id: `e${index}` }));
    run.writeEpisodes(2, many);
    const { episodes, choice } = chooseTranscripts(loadRun(run.directory), null);
    expect(episodes.length).toBeLessThanOrEqual(pageLimits.episodes);
    expect(episodes.length).toBeGreaterThan(100);
    expect(choice).toMatch(/from each of 2 iterations: the worst by alignment.*at most 240/u);
  });
});

describe('a run that is not whole', () => {
  it('gives a page when nothing is there yet, or a line is cut short', async () => {
    const empty = await page(await createRun('empty', 0));
    expect(empty).toContain('No iteration is finished yet.');
    const cut = await createRun('cut', 2);
    fs.appendFileSync(cut.file('metrics.jsonl'), '{"iteration": 3, "alig');
    fs.appendFileSync(cut.file('episodes', 'iteration-00002.jsonl'), '{"format":1,');
    expect(readData(await page(cut)).episodes).toHaveLength(8);
  });

  it('has one time of each iteration where all conversations were collected beforehand', () => {
    const directory = path.join(root, 'offline');
    const settings = { algorithm: 'sft', iterations: 2 };
    const run = openRun({ directory, settings });
    for (const iteration of [1, 2]) run.appendTimings({ iteration, 'seconds/collect': 5 });
    run.appendTimings({ iteration: 1, 'seconds/update': 2 });
    expect(loadRun(directory).timings).toEqual([
      { iteration: 1, 'seconds/collect': 5, 'seconds/update': 2 },
      { iteration: 2, 'seconds/collect': 5 },
    ]);
  });

  it('opens a folder that holds no more than settings of its own making, and names what is missing', async () => {
    const settings = { seed: 'mine', algorithm: { name: 'own' }, world: null, iterations: null };
    const run = openRun({ directory: path.join(root, 'own'), settings });
    fs.rmSync(run.file('environment.json'));
    const html = await page(run);
    expect(html).toContain(
      'Not in the folder, or not yet, and so not on this page: metrics.jsonl (the figures of each iteration); timings.jsonl (what each iteration took); episodes (the conversations of training); evaluation (conversations with held-out people, before and after training); demo.json or summary.json (the scores on held-out people); environment.json (machine and versions).',
    );
    expect(html).toContain(
      'No conversation is kept yet: neither with held-out people (evaluation/)',
    );
    expect(html).toContain('algorithm.name');
  });

  it('names a damaged measurement, or a file where a folder belongs', async () => {
    const run = await createRun('damaged-measurement', 1);
    await writeFakeMeasurements(run, 1);
    const damage = async (name: string, text: string): Promise<unknown> => {
      const file = run.file(...name.split('/'));
      const good = fs.readFileSync(file);
      fs.writeFileSync(file, text);
      const failure = await page(run).catch((error: unknown) => error);
      fs.writeFileSync(file, good);
      return failure;
    };
    for (const text of ['null', '[]', '{}', '{"chosen":{"trained":{"episodes":[{}]}}}']) {
      expect(await damage('evaluation/base.json', text)).toMatchObject({ exitCode: 3 });
    }
    expect(await damage('demo.json', '{"base":{}}')).toMatchObject({
      message: expect.stringMatching(/demo\.json.*base\.trained/u) as unknown,
      exitCode: 3,
    });
    expect(await damage('metrics.jsonl', '{"iteration":1,"format/rate":"x"}\n')).toMatchObject({
      exitCode: 3,
    });
    fs.rmSync(run.file('evaluation'), { recursive: true });
    fs.writeFileSync(run.file('evaluation'), '');
    await expect(page(run)).rejects.toMatchObject({ code: 'folder_unreadable', exitCode: 3 });
  });

  it('leaves a gap where an iteration has no conversations', async () => {
    const run = await createRun('emptied', 2);
    fs.writeFileSync(run.file('episodes', 'iteration-00002.jsonl'), '');
    const html = await page(run);
    expect(html).toContain('Alignment by turn');
    expect(html).toContain('&quot;values&quot;:[null,null,null,null]');
  });

  it('names what is missing or damaged, where, and what to do', async () => {
    expect(() => loadRun(path.join(root, 'nowhere'))).toThrow(/There is no folder/u);
    expect(() => loadRun(root)).toThrow(/expected config\.json in it, found none/u);
    const run = await createRun('damaged', 1);
    fs.writeFileSync(run.file('metrics.jsonl'), '{"iteration":1}\n{"iter\n{"iteration":3}\n');
    await expect(page(run)).rejects.toMatchObject({ code: 'json_malformed', exitCode: 3 });
    fs.writeFileSync(run.file('metrics.jsonl'), '{"iteration":1}\n[2]\n');
    await expect(page(run)).rejects.toMatchObject({
      message: expect.stringMatching(/Line 2 of .*metrics\.jsonl/u) as unknown,
      exitCode: 3,
    });
    fs.writeFileSync(run.file('metrics.jsonl'), '{"iteration":1}\n');
    fs.writeFileSync(run.file('episodes', 'iteration-00001.jsonl'), '{"format":9}\n');
    await expect(page(run)).rejects.toMatchObject({
      message: expect.stringMatching(/Line 1 of .*format: .*expected 2/u) as unknown,
      exitCode: 3,
    });
  });
});

describe('the view of a conversation', () => {
  const item = (slot: string, value: string): { slot: string; value: string } => ({ slot, value });
  const source = { name: 'iteration 1', iteration: 1 };

  it('marks items right, wrong, stale, guessed and missed', async () => {
    const [episode] = await addFakeIteration(await createRun('marks', 0), 1);
    const turn = {
      ...episode!.turns[0]!,
      profileBefore: [],
      profileAfter: [
        item('city', 'oslo'),
        item('food', 'thai'),
        item('music', 'rock'),
        item('job', 'baker'),
      ],
      disclosedProfile: [item('city', 'oslo'), item('food', 'greek')],
      trueProfile: [item('city', 'oslo'), item('food', 'greek'), item('job', 'baker')],
      supersededProfile: [item('food', 'thai')],
    };
    const [view] = describeEpisodes([{ ...episode!, turns: [turn] }], source);
    expect(view!.turns[0]!.after).toEqual([
      { text: 'city: oslo', mark: 'right' },
      { text: 'food: thai', mark: 'stale' },
      { text: 'music: rock', mark: 'wrong' },
      { text: 'job: baker', mark: 'guessed' },
      { text: 'food: greek', mark: 'missed' },
    ]);
    expect(view!.why).toContain('profile at the end, taken back by the user: food: thai');
  });

  it('finds what was taken back in records that do not say so', async () => {
    const [episode] = await addFakeIteration(await createRun('older', 0), 1);
    const first = { ...episode!.turns[0]! };
    delete (first as { supersededProfile?: unknown }).supersededProfile;
    const disclosures = [
      {
        turnIndex: 0,
        item: item('food', 'greek'),
        replaces: item('food', 'thai'),
        form: 'explicit',
      },
    ] as const;
    const turn = {
      ...first,
      user: { ...first.user, disclosures },
      profileAfter: [item('food', 'thai')],
      disclosedProfile: [item('food', 'greek')],
    };
    const [view] = describeEpisodes([{ ...episode!, turns: [turn] }], source);
    expect(view!.turns[0]!.after[0]).toEqual({ text: 'food: thai', mark: 'stale' });
  });

  it('says why it fell short, and counts one mistake once whoever it was made with', async () => {
    const [episode] = await addFakeIteration(await createRun('why', 0), 1);
    const persona = { ...episode!.persona, trueProfile: [item('film', 'horror')] };
    const criteria = {
      naturalness: 1,
      relevance: 0,
      logic: 0,
      engagement: 1,
      informativeness: 1,
    } as const;
    const turn = {
      ...episode!.turns[0]!,
      verdict: {
        criteria,
        reasons: ['logic: film is known already', 'relevance: "horror" is lost'],
      },
    } as const;
    const lost = { ...turn, formatProblem: 'no tags', verdict: null };
    const [view] = describeEpisodes([{ ...episode!, persona, turns: [turn, turn, lost] }], source);
    expect(view!.why).toEqual(
      expect.arrayContaining([
        'turns 1, 2: logic: film is known already',
        'turn 3: output could not be read: no tags',
      ]),
    );
    expect(view!.causes).toEqual(
      expect.arrayContaining([
        'logic: … is known already',
        'relevance: … is lost',
        'format: no tags',
      ]),
    );
  });
});
