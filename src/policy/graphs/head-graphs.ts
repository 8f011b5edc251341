/**
 * What stands on top of the layers: logits, value estimates and losses at chosen rows.
 *
 * The rows of hidden states come through a lookup, so that the same code closes a graph of all
 * layers and makes a graph of its own that takes the rows as input.
 */
import * as engine from '../../engine/index.ts';
import type { Value } from '../../engine/index.ts';
import type { TrainingLoss } from '../backend.ts';
import type { GraphBuilder } from './graph-builder.ts';
import { buildCrossEntropy, buildPpo, buildTokenLogprobs } from './losses.ts';
import { buildLogits, buildValues } from './transformer.ts';

/** Hidden states at the chosen rows of the trunk under a prefix. Shape: `[R, D]`. */
export type RowLookup = (prefix: '' | 'critic.') => Value;

/** What scores are made of. */
export type ScoredHead = {
  readonly withValues: boolean;
  /** What logits are divided by. */
  readonly temperature: number;
};

/** Whether a loss needs value estimates. */
export function needsValues(loss: TrainingLoss): boolean {
  return loss.kind === 'ppo' && loss.valueCoef > 0;
}

/** Adds the outputs `logprobs` and, where asked for, `values`. */
export function addScores(builder: GraphBuilder, rowsOf: RowLookup, head: ScoredHead): void {
  const { logits, values } = buildRows(builder, rowsOf, head);
  const logprobs = buildTokenLogprobs(logits, builder.feed('targets', 'int32', ['rows']));
  engine.output(builder.graph, 'logprobs', logprobs);
  if (values) engine.output(builder.graph, 'values', values);
}

/** Adds the outputs `loss` and `sum.NAME`; returns the loss. */
export function addLoss(builder: GraphBuilder, rowsOf: RowLookup, loss: TrainingLoss): Value {
  const { graph } = builder;
  const { logits, values } = buildRows(builder, rowsOf, {
    withValues: needsValues(loss),
    temperature: loss.kind === 'ppo' ? (loss.temperature ?? 1) : 1,
  });
  const logprobs = buildTokenLogprobs(logits, builder.feed('targets', 'int32', ['rows']));
  const built =
    loss.kind === 'cross_entropy'
      ? buildCrossEntropy(graph, logprobs)
      : buildPpo(graph, loss, { logits, logprobs, ...(values ? { values } : {}) });
  engine.output(graph, 'loss', built.loss);
  for (const [name, value] of Object.entries(built.sums)) {
    engine.output(graph, `sum.${name}`, value);
  }
  return built.loss;
}

/** Adds the output `probabilities`: those of the next token, at the temperature of each row. */
export function addProbabilities(builder: GraphBuilder, rows: Value, areFew: boolean): void {
  const factors = feedFactors(builder, rows);
  const logits = buildLogits(builder.options.config, builder.lookup(), rows, { areFew, factors });
  engine.output(builder.graph, 'probabilities', engine.softmax(logits));
}

/** What each row is multiplied by, the input `factors`. Shape: rows `[R, D]` to `[R, 1]`. */
export function feedFactors(builder: GraphBuilder, rows: Value): Value {
  return builder.feed('factors', 'float32', [rows.shape[0]!, 1]);
}

/** Adds a gradient output (`grad.NAME`) for every named value. */
export function addGradients(
  builder: GraphBuilder,
  loss: Value,
  wrt: readonly (readonly [string, Value])[],
): void {
  const gradients = engine.gradients(
    builder.graph,
    loss,
    wrt.map(([, value]) => value),
  );
  wrt.forEach(([name], index) => {
    engine.output(builder.graph, `grad.${name}`, gradients[index]!);
  });
}

function buildRows(
  builder: GraphBuilder,
  rowsOf: RowLookup,
  { withValues, temperature }: ScoredHead,
): { readonly logits: Value; readonly values?: Value } {
  const { config, valueHead } = builder.options;
  const weight = builder.lookup();
  const rows = rowsOf('');
  const factors = temperature === 1 ? null : engine.scalar(rows.graph, 1 / temperature);
  const logits = buildLogits(config, weight, rows, { factors });
  if (!withValues || valueHead === 'none') return { logits };
  const norm = weight(valueHead === 'separate' ? 'critic.model.norm.weight' : 'model.norm.weight');
  if (valueHead === 'separate') {
    return { logits, values: buildValues(config, weight, norm, rowsOf('critic.')) };
  }
  const isShared = valueHead === 'shared';
  const source = isShared ? rows : engine.stopGradient(rows);
  const scale = isShared ? norm : engine.stopGradient(norm);
  return { logits, values: buildValues(config, weight, scale, source) };
}
