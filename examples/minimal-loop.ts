/**
 * The whole of the learning in one file: conversations are held, rewards become advantages, and the policy is
 * moved towards what earned more than usual. The trainer adds to this what a long run needs: a critic or
 * groups, minibatches, checkpoints, metrics, masking of rewards that nobody could give.
 */
import * as path from 'node:path';
import { baseFolder } from 'rlpa/app';
import { createRandom } from 'rlpa/base';
import { loadChatTemplate } from 'rlpa/chat';
import { createModelAssistant, planEpisodes, runEpisodes, type Episode } from 'rlpa/env';
import { createChatPolicy, createWorkerBackend, type TrainingDatum } from 'rlpa/policy';
import { loadTokenizer } from 'rlpa/tokenizer';
import { createSmallWorld } from 'rlpa/worlds';

const discount = 0.9;
const iterations = 4;
const shape = { talks: 24, turns: 5 };

/** What each turn will have earned by the end of the conversation: its own reward, and later ones discounted. */
function computeReturns({ turns }: Episode): number[] {
  const returns: number[] = [];
  for (const { rewards } of [...turns].reverse()) {
    const reward = (rewards.profile ?? 0) + (rewards.response ?? 0);
    returns.unshift(reward + discount * (returns[0] ?? 0));
  }
  return returns;
}

/** A conversation as one sequence: what was heard is context, what was sampled learns from its turn's advantage. */
function encode({ turns }: Episode, turnAdvantages: readonly number[]): TrainingDatum {
  const ids: number[] = [];
  const weights: number[] = [];
  const behaviorLogprobs: number[] = [];
  const advantages: number[] = [];
  for (const [index, { tokens }] of turns.entries()) {
    const { contextIds = [], sampledIds = [], behaviorLogprobs: logprobs = [] } = tokens ?? {};
    const none = contextIds.map(() => 0);
    ids.push(...contextIds, ...sampledIds);
    weights.push(...none, ...sampledIds.map(() => 1));
    behaviorLogprobs.push(...none, ...logprobs);
    advantages.push(...none, ...sampledIds.map(() => turnAdvantages[index] ?? 0));
  }
  return {
    ids: Int32Array.from(ids),
    weights: Float32Array.from(weights),
    behaviorLogprobs: Float32Array.from(behaviorLogprobs),
    advantages: Float32Array.from(advantages),
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const folder = path.join(baseFolder, 'small-world');
const tokenizer = loadTokenizer(folder);
const template = loadChatTemplate(folder);
const backend = await createWorkerBackend({
  model: { kind: 'folder', path: folder },
  valueHead: 'none',
  seed: 1,
  threads: 1,
  maxTokensPerBatch: 8192,
});
const policy = createChatPolicy({ backend, tokenizer, template, name: 'minimal' });
const world = createSmallWorld();
try {
  for (let iteration = 1; iteration <= iterations; iteration += 1) {
    const random = createRandom(`minimal loop ${iteration}`);
    const plans = planEpisodes({ world, random, count: shape.talks, split: 'train' });
    const assistant = createModelAssistant({
      model: policy,
      sampling: { maxTokens: 48, temperature: 1 },
    });
    const episodes = await runEpisodes(plans, { world, assistant, turns: shape.turns });

    // A turn did well if it earned more than the same turn of other conversations.
    const returns = episodes.map(computeReturns);
    const usual = Array.from({ length: shape.turns }, (_, turn) =>
      mean(returns.map((each) => each[turn] ?? 0)),
    );
    const batch = episodes.map((episode, index) =>
      encode(
        episode,
        returns[index]!.map((value, turn) => value - (usual[turn] ?? 0)),
      ),
    );
    const tokens = batch.reduce((sum, { weights }) => sum + weights.reduce((a, b) => a + b, 0), 0);
    const { loss } = await backend.forwardBackward(batch, {
      kind: 'ppo',
      scale: 1 / tokens,
      clipEpsilon: 0.2,
      klCoef: 0,
      entropyCoef: 0,
      valueCoef: 0,
      valueClip: 0,
    });
    await backend.optimStep({
      learningRate: 1e-3,
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-8,
      weightDecay: 0,
      gradClipNorm: 1,
    });
    console.log(
      `iteration ${iteration}: return ${mean(returns.map(([first = 0]) => first)).toFixed(3)}, loss ${loss.toFixed(4)}`,
    );
  }
} finally {
  await backend.close();
}
