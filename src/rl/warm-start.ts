/**
 * Supervised warm start: the policy learns format and copying from demonstrations before any reward.
 *
 * Two phases: dense fragments (short talks with something to record in nearly every turn), in which
 * copying appears, then whole dialogues; each phase mixes in a little of the other. Many small
 * updates matter more than large batches. All batches are planned beforehand from the seed.
 */
import { createRandom, EngineError, throwIfAborted, type RandomSource } from '../base/index.ts';
import type { TrainingBackend } from '../policy/index.ts';
import { makeUpdate } from './make-update.ts';
import type { SupervisedSequence } from './warm-start-data.ts';

export type WarmStartSettings = {
  readonly seed: number;
  /** Tokens to train on in all, repeats counted. */
  readonly tokens: number;
  /** Share of the tokens in the first, dense phase. */
  readonly denseShare: number;
  /** Share of batches drawn from the other phase's data. */
  readonly mixShare: number;
  readonly tokensPerUpdate: number;
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
  readonly gradClipNorm: number;
  /** Updates over which the learning rate rises. */
  readonly warmUpUpdates: number;
  /** Share of the updates at the full learning rate; it falls linearly afterwards. */
  readonly constantShare: number;
  /** Learning rate at the end, as a share of the full one. */
  readonly finalShare: number;
};

export const defaultWarmStartSettings: WarmStartSettings = {
  seed: 1,
  tokens: 1_500_000,
  denseShare: 0.42,
  mixShare: 0.1,
  tokensPerUpdate: 450,
  learningRate: 4e-3,
  beta1: 0.9,
  beta2: 0.95,
  epsilon: 1e-8,
  weightDecay: 0.01,
  gradClipNorm: 1,
  warmUpUpdates: 50,
  constantShare: 0.5,
  finalShare: 0.1,
};

export type WarmStartProgress = {
  readonly update: number;
  readonly updates: number;
  readonly tokens: number;
  /** Weighted mean loss in nats per token, averaged over the last 50 updates. */
  readonly loss: number;
};

/** What a warm start must know beside its weights to go on between two updates. */
export type WarmStartState = {
  /** Updates made. */
  readonly update: number;
  readonly tokens: number;
  /** Losses of the last 50 updates. */
  readonly recentLosses: readonly number[];
};

export type WarmStartInput = {
  readonly backend: TrainingBackend;
  readonly dense: readonly SupervisedSequence[];
  readonly dialogues: readonly SupervisedSequence[];
  readonly settings: WarmStartSettings;
  /** Where an earlier, stopped warm start is gone on with; its weights are the backend's. */
  readonly from?: WarmStartState | null;
  readonly signal?: AbortSignal;
  /** Called when the signal has fired, if an update was made, before `AbortedError` is thrown. */
  readonly onStop?: (state: WarmStartState) => Promise<void>;
  /** Called every 10 updates and after the last. */
  readonly onProgress?: (progress: WarmStartProgress) => void;
};

/** Trains on the demonstrations. Throws `EngineError` on a non-finite loss, `AbortedError`. */
export async function runWarmStart(input: WarmStartInput): Promise<WarmStartProgress> {
  const { backend, settings, from, signal, onProgress } = input;
  const batches = planBatches(input.dense, input.dialogues, settings);
  const recent = [...(from?.recentLosses ?? [])];
  let tokens = from?.tokens ?? 0;
  let progress: WarmStartProgress = {
    update: from?.update ?? 0,
    updates: batches.length,
    tokens,
    loss: meanOf(recent),
  };
  for (const [index, batch] of batches.entries()) {
    const { update } = progress;
    if (index < update) continue;
    if (signal?.aborted && update > 0)
      await input.onStop?.({ update, tokens, recentLosses: recent });
    throwIfAborted(signal);
    const weight = batch.reduce((sum, { weights }) => sum + totalWeight(weights), 0);
    const loss = { kind: 'cross_entropy', scale: 1 / weight } as const;
    const learningRate = computeWarmStartRate(settings, index, batches.length);
    const adam = { ...settings, learningRate };
    const result = await makeUpdate({ backend }, { data: batch, loss, adam });
    tokens += batch.reduce((sum, { ids }) => sum + ids.length, 0);
    recent.push(result.loss);
    if (recent.length > 50) recent.shift();
    progress = { update: index + 1, updates: batches.length, tokens, loss: meanOf(recent) };
    if ((index + 1) % 10 === 0 || index + 1 === batches.length) onProgress?.(progress);
  }
  return progress;
}

/** NaN without values. */
function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Computes the learning rate of update `index`, counted from 0: rise, hold, fall. */
export function computeWarmStartRate(
  settings: Pick<
    WarmStartSettings,
    'learningRate' | 'warmUpUpdates' | 'constantShare' | 'finalShare'
  >,
  index: number,
  updates: number,
): number {
  const rise = settings.warmUpUpdates > 0 ? Math.min(1, (index + 1) / settings.warmUpUpdates) : 1;
  const fallStart = settings.constantShare * updates;
  const fallen = Math.min(1, Math.max(0, (index + 1 - fallStart) / (updates - fallStart || 1)));
  return settings.learningRate * rise * (1 - (1 - settings.finalShare) * fallen);
}

function planBatches(
  dense: readonly SupervisedSequence[],
  dialogues: readonly SupervisedSequence[],
  settings: WarmStartSettings,
): SupervisedSequence[][] {
  const random = createRandom(`warm start ${settings.seed}`);
  const mix = random.fork('mix');
  const streams = [
    streamBatches(dense, settings.tokensPerUpdate, random.fork('dense')),
    streamBatches(dialogues, settings.tokensPerUpdate, random.fork('dialogues')),
  ];
  const batches: SupervisedSequence[][] = [];
  let tokens = 0;
  while (tokens < settings.tokens) {
    const phase = tokens < settings.denseShare * settings.tokens ? 0 : 1;
    const chosen = mix.chance(settings.mixShare) ? 1 - phase : phase;
    const batch = streams[chosen]!.next().value ?? streams[1 - chosen]!.next().value;
    if (batch === undefined) {
      throw new EngineError('no_demonstrations', 'There are no demonstrations to learn from.');
    }
    batches.push(batch);
    tokens += batch.reduce((sum, { ids }) => sum + ids.length, 0);
  }
  return batches;
}

const windowSize = 128;

/** Endless batches in shuffled passes; sequences of like length share a batch, to pad little. */
function* streamBatches(
  sequences: readonly SupervisedSequence[],
  tokensPerUpdate: number,
  random: RandomSource,
): Generator<SupervisedSequence[], undefined> {
  const usable = sequences.filter(({ ids }) => ids.length > 1);
  if (usable.length === 0) return undefined;
  for (let pass = 0; ; pass += 1) {
    const passRandom = random.fork(`pass ${pass}`);
    const order = passRandom.shuffle(usable);
    for (let first = 0; first < order.length; first += windowSize) {
      const window = order
        .slice(first, first + windowSize)
        .sort((a, b) => a.ids.length - b.ids.length);
      yield* passRandom.shuffle(cutIntoBatches(window, tokensPerUpdate));
    }
  }
}

function cutIntoBatches(
  window: readonly SupervisedSequence[],
  tokensPerUpdate: number,
): SupervisedSequence[][] {
  const batches: SupervisedSequence[][] = [];
  let batch: SupervisedSequence[] = [];
  let tokens = 0;
  for (const sequence of window) {
    batch.push(sequence);
    tokens += sequence.ids.length;
    if (tokens < tokensPerUpdate) continue;
    batches.push(batch);
    batch = [];
    tokens = 0;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

function totalWeight(weights: Float32Array): number {
  // Entry 0 is never predicted, so it has no share in the mean.
  let total = 0;
  for (let index = 1; index < weights.length; index += 1) total += weights[index]!;
  return total;
}
