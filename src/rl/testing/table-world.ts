/**
 * Ten words, a user who only says hi, and conversations held with a table policy.
 *
 * Just enough world to drive the trainer in tests: a turn is well formed when it closes its profile
 * block and its response; it is rewarded for saying "good" in each. Real records, no language.
 */
import { createRandom } from '../../base/index.ts';
import type { Episode, EpisodePlan, Turn, World } from '../../env/index.ts';
import type { SampleResult, TrainingBackend } from '../../policy/index.ts';
import type { Tokenizer } from '../../tokenizer/index.ts';
import { rankRewards } from '../reward-weights.ts';
import type { TrainingSettings } from '../settings.ts';
import type { EpisodeCollector } from '../training-types.ts';

export const tableWords = [
  '<bos>',
  '<|user|>',
  'hi',
  '<|assistant|>',
  '<profile>',
  '</profile>',
  '<response>',
  '</response>',
  'good',
  'bad',
] as const;

/** Splits at spaces; one id per word. */
export const tableTokenizer: Tokenizer = {
  vocabularySize: tableWords.length,
  stopIds: [tableWords.indexOf('</response>')],
  encode: (text) =>
    text
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => tableWords.indexOf(word as (typeof tableWords)[number])),
  decode: (ids) => ids.map((id) => tableWords[id]).join(' '),
};

function listContextIds(turnIndex: number): number[] {
  return tableTokenizer.encode(`${turnIndex === 0 ? '<bos> ' : ''}<|user|> hi <|assistant|>`);
}

export type TableTurn = {
  readonly output: string;
  readonly profileReward?: number | null;
  readonly responseReward?: number | null;
  readonly behaviorLogprobs?: readonly number[];
};

/** Builds the record of one turn from its output and rewards. */
export function createTableTurn(turnIndex: number, turn: TableTurn): Turn {
  const sampledIds = tableTokenizer.encode(turn.output);
  const isWellFormed = turn.output.includes('</profile>') && turn.output.endsWith('</response>');
  const score = { precision: 1, recall: 1, f1: 1, matched: 0 };
  return {
    turnIndex,
    user: { message: 'hi', disclosures: [], acts: [] },
    note: '',
    output: turn.output,
    formatProblem: isWellFormed ? null : 'a tag is missing',
    response: '',
    changes: [],
    profileBefore: [],
    profileAfter: [],
    trueProfile: [],
    disclosedProfile: [{ slot: 'greeting', value: 'hi' }],
    scoreDisclosed: score,
    scoreFull: score,
    verdict: null,
    alignment: null,
    rewards: {
      profile: turn.profileReward === undefined ? 0 : turn.profileReward,
      response: turn.responseReward === undefined ? 0 : turn.responseReward,
      parts: {},
    },
    tokens: {
      contextIds: listContextIds(turnIndex),
      sampledIds,
      behaviorLogprobs: turn.behaviorLogprobs ?? sampledIds.map(() => -1),
    },
  };
}

/** Builds the record of one conversation. */
export function createTableEpisode(turns: readonly Turn[], id = 'episode', seed = 0): Episode {
  return {
    format: 2,
    id,
    world: 'table',
    user: 'table user',
    judge: 'table judge',
    policy: 'table policy',
    policyVersion: 0,
    seed,
    persona: { id: 'nobody', trueProfile: [], changes: [] },
    turns,
    error: null,
  };
}

/** The parts of a world that the trainer itself asks for. */
export const tableWorld = {
  name: 'table',
  families: ['hi'],
  samplePersona: (random) => ({
    id: `persona ${random.integer(1000)}`,
    trueProfile: [],
    changes: [],
  }),
} as Pick<World, 'name' | 'families' | 'samplePersona'> as World;

/** Holds conversations with the backend, one after the other; of several candidates the best goes on. */
export function createTableCollector(backend: TrainingBackend): EpisodeCollector {
  return async ({ plans, settings, signal }) => {
    const episodes: Episode[] = [];
    for (const plan of plans) {
      signal?.throwIfAborted();
      episodes.push(await holdConversation(backend, plan, settings));
    }
    return episodes;
  };
}

async function holdConversation(
  backend: TrainingBackend,
  plan: EpisodePlan,
  { turns: turnCount, candidates, sampling, rewardWeights }: TrainingSettings,
): Promise<Episode> {
  const random = createRandom(plan.seed);
  const turns: Turn[] = [];
  const ids = Array.from({ length: candidates }, (_, index) => `${plan.id}.${index}`);
  const texts: number[][] = ids.map(() => []);
  const valueOf = ({ rewards }: Turn): number => rankRewards(rewards, rewardWeights);
  for (let turnIndex = 0; turnIndex < turnCount; turnIndex += 1) {
    // The next token depends on the last one only, so every candidate may have its own past.
    for (const text of texts) text.push(...listContextIds(turnIndex));
    const sampled = await backend.sample(
      ids.map((sequenceId, index) => ({
        sequenceId,
        promptIds: [...texts[index]!],
        sampling: { ...sampling, maxTokens: Math.min(12, sampling.maxTokens) },
        stopIds: tableTokenizer.stopIds,
        seed: random.nextUint32(),
      })),
    );
    sampled.forEach((each, index) => texts[index]!.push(...each.ids));
    const written = sampled.map((each) => scoreOutput(turnIndex, each));
    const [best, ...alternatives] = [...written].sort((a, b) => valueOf(b) - valueOf(a));
    turns.push(alternatives.length === 0 ? best! : { ...best!, alternatives });
  }
  await backend.closeSequences(ids);
  const { id, seed, persona, situationSeed } = plan;
  return {
    ...createTableEpisode(turns, id, seed),
    persona,
    ...(situationSeed === undefined ? {} : { situationSeed }),
  };
}

function scoreOutput(turnIndex: number, sampled: SampleResult): Turn {
  const output = tableTokenizer.decode(sampled.ids);
  const [block = '', reply = ''] = output.split('</profile>');
  const isWellFormed = output.includes('</profile>') && output.endsWith('</response>');
  const responseReward = isWellFormed && reply.includes('good') ? 1 : 0;
  const turn = createTableTurn(turnIndex, {
    output,
    profileReward: isWellFormed && block.includes('good') ? 1 : 0,
    responseReward,
    behaviorLogprobs: sampled.logprobs,
  });
  return { ...turn, alignment: responseReward };
}
