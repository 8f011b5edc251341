/** A run directory made by hand: demonstrations in place of a policy, metrics as a test wants them. */
import { createRandom, writeFileAtomic } from '../../base/index.ts';
import { planEpisodes, runDemonstrations, type Episode } from '../../env/index.ts';
import { createSmallWorld } from '../../worlds/index.ts';
import { scoreWorld, type WorldEvaluation } from '../../eval/index.ts';
import { openRun, type RunDirectory } from '../../runlog/index.ts';

const world = createSmallWorld();

/** Opens a run that was started for four iterations, and writes the first of them. */
export async function createFakeRun(directory: string, iterations: number): Promise<RunDirectory> {
  const run = openRun({
    directory,
    settings: { seed: 7, algorithm: 'ppo', iterations: 4, world: { kind: 'small-world' } },
  });
  for (let iteration = 1; iteration <= iterations; iteration += 1) {
    await addFakeIteration(run, iteration);
  }
  return run;
}

/** Writes one iteration of four conversations, with one metric that nobody knows. */
export async function addFakeIteration(run: RunDirectory, iteration: number): Promise<Episode[]> {
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
    'episodes/count': 4,
    'tokens/generated_total': 1000 * iteration,
    'judge/missing': iteration === 2 ? 3 : 0,
    'made/up': iteration,
    'alignment/none': null,
  });
  return episodes;
}

/** Makes a measurement whose replies fit (alignment 1) or do not (0) throughout. */
export async function createFakeEvaluation(alignment: 0 | 1): Promise<WorldEvaluation> {
  const plans = planEpisodes({ world, random: createRandom(9), count: 5, split: 'test' });
  const held = await runDemonstrations(plans, { world, turns: 4 });
  const episodes = held.map((episode, person) => ({
    ...episode,
    turns: episode.turns.map((turn) => ({
      ...turn,
      alignment: person === 0 ? 0 : alignment,
      scoreDisclosed: { precision: 0.5, recall: 0.5, f1: 0.5, matched: 1 },
    })),
  }));
  const decoding = { name: 'greedy', sampling: { maxTokens: 8, temperature: 0 } } as const;
  return { episodes, scores: scoreWorld(episodes, decoding, 1) };
}

/** Writes measurements before and after training, as `rlpa demo` keeps them. */
export async function writeFakeMeasurements(run: RunDirectory, iterations: number): Promise<void> {
  const [before, after] = [await createFakeEvaluation(0), await createFakeEvaluation(1)];
  const write = (name: string, content: unknown): void => {
    writeFileAtomic(run.file(...name.split('/')), JSON.stringify(content));
  };
  write('evaluation/base.json', { chosen: { trained: before, untrained: before } });
  write(`evaluation/rlpa-${iterations}.json`, { chosen: { trained: after, untrained: after } });
  write('demo.json', {
    base: { trained: before.scores, untrained: before.scores },
    rlpa: { trained: after.scores, untrained: after.scores },
  });
}
