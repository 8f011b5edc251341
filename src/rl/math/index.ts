export {
  computeExplainedVariance,
  computeGroupAdvantages,
  computeLeaveOneOut,
  normaliseAdvantages,
} from './advantages.ts';
export { computeDpoLoss, type DpoInput, type DpoResult } from './dpo.ts';
export { computeGae, computeTurnReturns, type GaeInput, type GaeResult } from './gae.ts';
export {
  computeKlLoss,
  computeMeanKl,
  computeTokenKl,
  type KlEstimator,
  type KlLossInput,
} from './kl.ts';
export {
  computePolicyLoss,
  computeValueLoss,
  type LossWithGradient,
  type PolicyLoss,
  type PolicyLossInput,
  type ValueLossInput,
} from './policy-loss.ts';
