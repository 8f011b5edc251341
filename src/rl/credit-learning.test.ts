/** What a question costs now and what it pays turns later: learnt with a long look ahead, and only so. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import type { Episode } from '../env/index.ts';
import { isOffline } from './algorithms.ts';
import { createAdamSettings } from './learning-rate.ts';
import { resolveTrainingSettings } from './resolve-settings.ts';
import type { TrainingOverrides, TrainingSettings } from './settings.ts';
import { TableBackend } from './testing/table-backend.ts';
import {
  createTableEpisode,
  createTableTurn,
  tableTokenizer,
  tableWords,
} from './testing/table-world.ts';
import { updatePolicy } from './update.ts';

const [asking, opening, later] = ['good', '<|assistant|>', 'hi'].map((word) =>
  tableWords.indexOf(word as (typeof tableWords)[number]),
) as [number, number, number];

/** Whoever begins the first turn by asking pays 0.2, and is paid 1 in the turn three later. */
const cost = 0.2;
const paidTurn = 3;

/** The last context token tells the first turn from the others, and nothing tells whether was asked. */
async function holdTalk(backend: TableBackend, seed: number, turnCount: number): Promise<Episode> {
  const random = createRandom(seed);
  let hasAsked = false;
  const turns = [];
  for (let turnIndex = 0; turnIndex < turnCount; turnIndex += 1) {
    const contextIds = turnIndex === 0 ? [0, opening] : [later];
    const [sampled] = await backend.sample([
      {
        sequenceId: 'talk',
        promptIds: contextIds,
        sampling: { maxTokens: 3, temperature: 1 },
        stopIds: [],
        seed: random.nextUint32(),
      },
    ]);
    const { ids, logprobs } = sampled!;
    if (turnIndex === 0) hasAsked = ids[0] === asking;
    const reward = turnIndex === 0 ? -cost : turnIndex === paidTurn ? 1 : 0;
    const turn = createTableTurn(turnIndex, {
      output: tableTokenizer.decode(ids),
      responseReward: hasAsked ? reward : 0,
    });
    turns.push({
      ...turn,
      tokens: { contextIds, sampledIds: [...ids], behaviorLogprobs: [...logprobs] },
    });
  }
  return createTableEpisode(turns, `talk ${seed}`, seed);
}

/** How likely the first turn is to begin by asking. */
async function readAsking(backend: TableBackend): Promise<number> {
  const [scores] = await backend.score([Int32Array.of(0, opening, asking)], 'current');
  return Math.exp(scores!.logprobs[2]!);
}

async function train(seed: number, given: TrainingOverrides): Promise<number> {
  const settings: TrainingSettings = resolveTrainingSettings({
    turns: 5,
    episodesPerIteration: 32,
    optimizer: { learningRate: 0.05, valueLearningRate: 0.05 },
    ...given,
    ppo: { klCoef: 0, maxApproxKl: 0, ...given.ppo },
  });
  const backend = new TableBackend(tableWords.length, seed);
  const random = createRandom(seed);
  const holdTalks = async (): Promise<Episode[]> => {
    const held: Episode[] = [];
    for (let index = 0; index < settings.episodesPerIteration; index += 1) {
      const talk = await holdTalk(backend, random.nextUint32(), settings.turns);
      held.push({ ...talk, situationSeed: Math.floor(index / settings.groupSize) });
    }
    return held;
  };
  let episodes: Episode[] = [];
  let update = 0;
  for (let iteration = 1; iteration <= 40; iteration += 1) {
    if (iteration === 1 || !isOffline(settings.algorithm)) episodes = await holdTalks();
    const { updates } = await updatePolicy({
      backend,
      tokenizer: tableTokenizer,
      settings,
      episodes,
      random,
      adamAt: (later) =>
        createAdamSettings(settings.optimizer, { iteration, update: update + later }),
    });
    update += updates;
  }
  return readAsking(backend);
}

describe('asking, which costs now and pays three turns later,', () => {
  it('is as likely as any other word at first', async () => {
    expect(await readAsking(new TableBackend(tableWords.length, 1))).toBeLessThan(0.2);
  });

  it.each([1, 2, 3])('is learnt with the default settings (seed %d)', async (seed) => {
    expect(await train(seed, {})).toBeGreaterThan(0.9);
  });

  it.each([0, 0.5])('is unlearnt with discount %d, which sees the cost alone', async (discount) => {
    expect(await train(1, { ppo: { discount } })).toBeLessThan(0.02);
  });

  it('is learnt without a critic with discount 0.9, and unlearnt with 0', async () => {
    const given = { algorithm: 'reinforce++' } as const;
    expect(await train(1, given)).toBeGreaterThan(0.9);
    expect(await train(1, { ...given, ppo: { discount: 0 } })).toBeLessThan(0.05);
  });

  describe('by choice of what earned most', () => {
    const offline = { selection: 'conversation', epochs: 4, minibatchSize: 4 } as const;

    it.each([1, 2])('is learnt by iterated choice among conversations (seed %d)', async (seed) => {
      expect(await train(seed, { algorithm: 'raft', groupSize: 4, offline })).toBeGreaterThan(0.9);
    });

    it('is furthered by pairs of conversations of the start model', async () => {
      expect(
        await train(1, { algorithm: 'dpo', groupSize: 4, episodesPerIteration: 128, offline }),
      ).toBeGreaterThan(0.5);
    });

    it('comes in one round as often as among the best of the start model, and no more', async () => {
      const asking = await train(1, { algorithm: 'sft', groupSize: 4, offline });
      expect(asking).toBeGreaterThan(0.3);
      expect(asking).toBeLessThan(1);
    });

    it('is never imitated for what the turn itself earned', async () => {
      expect(
        await train(1, { algorithm: 'raft', candidates: 2, offline: { epochs: 1 } }),
      ).toBeLessThan(0.2);
    });
  });
});
