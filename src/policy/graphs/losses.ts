/**
 * Training losses as graph operations over the scored rows.
 *
 * Row r is one scored token: `logits[r]` predicts `targets[r]`. Every loss is a sum over rows times
 * the input `scale`, so that gradients of several calls add up to those of one large batch.
 * Sources: PPO, Schulman et al. 2017, arXiv 1707.06347, equation 7; k3 estimator of KL, Schulman
 * 2020, "Approximating KL divergence"; k3 as a loss, DeepSeek-AI 2025, DeepSeek-V3.2, equation 7.
 */
import * as engine from '../../engine/index.ts';
import type { Graph, Value } from '../../engine/index.ts';
import type { TrainingLoss } from '../backend.ts';

type PpoLoss = Extract<TrainingLoss, { kind: 'ppo' }>;

export type LossGraph = {
  /** What is differentiated: already multiplied by `scale`. Shape: scalar. */
  readonly loss: Value;
  /** Sums over rows, for the log, named as in `ForwardBackwardResult`. */
  readonly sums: Readonly<Record<string, Value>>;
};

const rows = (graph: Graph, name: string): Value => engine.input(graph, name, 'float32', ['rows']);

/** Natural-log probability of each row's target. Shape: logits `[R, V]`, targets `[R]` to `[R]`. */
export function buildTokenLogprobs(logits: Value, targets: Value): Value {
  const index = engine.reshape(targets, ['rows', 1]);
  return engine.reduceSum(engine.gatherElements(engine.logSoftmax(logits), index, 1), [1]);
}

/** Weighted negative log-likelihood. */
export function buildCrossEntropy(graph: Graph, logprobs: Value): LossGraph {
  const weights = rows(graph, 'weights');
  const nll = engine.neg(engine.reduceSum(engine.mul(weights, logprobs)));
  const scale = engine.input(graph, 'scale', 'float32', []);
  return {
    loss: engine.mul(nll, scale),
    sums: { cross_entropy: nll, weight: engine.reduceSum(weights) },
  };
}

/** exp(d) - d - 1, non-negative; the k3 estimate of KL for d = log q - log p, sampled from p. */
function buildK3(difference: Value): Value {
  const one = engine.scalar(difference.graph, 1);
  return engine.sub(engine.sub(engine.exp(difference), difference), one);
}

/**
 * KL(policy || reference) of tokens drawn from the behaviour policy: ratio * k3, differentiated through
 * both. Its gradient is ratio * (log p - log reference), whose mean is that of the divergence; the
 * gradient of k3 alone is that of KL(reference || policy). Written so that nothing of
 * exp(log reference - log p) is differentiated, because it cancels:
 *   ratio * k3 = reference / behaviour + ratio * (log p - log reference - 1)
 */
function buildKlLoss(terms: {
  readonly ratio: Value;
  readonly logprobs: Value;
  readonly behavior: Value;
  readonly reference: Value;
}): Value {
  const { ratio, logprobs, behavior, reference } = terms;
  const one = engine.scalar(logprobs.graph, 1);
  const constant = engine.exp(engine.sub(reference, behavior));
  const differentiated = engine.mul(ratio, engine.sub(engine.sub(logprobs, reference), one));
  return engine.add(constant, differentiated);
}

/** The clipped surrogate, KL to the reference, entropy and the clipped value loss, weighted. */
export function buildPpo(
  graph: Graph,
  settings: PpoLoss,
  terms: { readonly logits: Value; readonly logprobs: Value; readonly values?: Value },
): LossGraph {
  const { logprobs } = terms;
  const weights = rows(graph, 'weights');
  const advantages = rows(graph, 'advantages');
  const behavior = rows(graph, 'behaviorLogprobs');
  const total = (perRow: Value): Value => engine.reduceSum(engine.mul(weights, perRow));
  const epsilon = settings.clipEpsilon;

  const drift = engine.sub(logprobs, behavior);
  const ratio = engine.exp(drift);
  const bounded = engine.clip(ratio, 1 - epsilon, 1 + epsilon);
  const surrogate = engine.minimum(engine.mul(ratio, advantages), engine.mul(bounded, advantages));
  const policyLoss = engine.neg(total(surrogate));
  const outside = engine.sub(
    engine.scalar(graph, 1),
    engine.cast(engine.equal(ratio, bounded), 'float32'),
  );
  const sums: Record<string, Value> = {
    policy_loss: policyLoss,
    approx_kl: total(buildK3(drift)),
    clipped: total(outside),
    weight: engine.reduceSum(weights),
  };
  let loss = policyLoss;
  const addToLoss = (coefficient: number, term: Value): void => {
    loss = engine.add(loss, engine.mul(term, engine.scalar(graph, coefficient)));
  };
  const addTerm = (name: string, coefficient: number, term: Value): void => {
    sums[name] = term;
    addToLoss(coefficient, term);
  };
  if (settings.klCoef > 0) {
    const reference = rows(graph, 'referenceLogprobs');
    sums['kl_to_reference'] = total(buildK3(engine.sub(reference, logprobs)));
    const klLoss = total(buildKlLoss({ ratio, logprobs, behavior, reference }));
    addToLoss(settings.klCoef, klLoss);
  }
  if (settings.entropyCoef > 0) {
    const all = engine.logSoftmax(terms.logits);
    const entropy = engine.neg(engine.reduceSum(engine.mul(engine.exp(all), all), [1]));
    addTerm('entropy', -settings.entropyCoef, total(entropy));
  }
  if (settings.valueCoef > 0 && terms.values) {
    const perRow = buildValueLoss(graph, terms.values, settings.valueClip);
    addTerm('value_loss', settings.valueCoef, total(perRow));
  }
  const scale = engine.input(graph, 'scale', 'float32', []);
  return { loss: engine.mul(loss, scale), sums };
}

/** Half the squared error, the larger of plain and clipped estimate where clipping is on. */
function buildValueLoss(graph: Graph, values: Value, clipRange: number): Value {
  const returns = rows(graph, 'returns');
  const half = engine.scalar(graph, 0.5);
  const plain = engine.square(engine.sub(values, returns));
  if (clipRange === 0) return engine.mul(half, plain);
  const old = rows(graph, 'oldValues');
  const near = engine.add(old, engine.clip(engine.sub(values, old), -clipRange, clipRange));
  return engine.mul(half, engine.maximum(plain, engine.square(engine.sub(near, returns))));
}
