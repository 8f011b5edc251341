/** How people in practice are: what a warm start learns from is short talks, full of things to note and to use. */
import type { DynamicsSettings } from '../dynamics/index.ts';
import type { Manner } from './writing.ts';

export type Practice = {
  readonly behaviour: Partial<DynamicsSettings>;
  /** Whatever the family: much beside the point, two facts in a sentence, slips that are taken back, and what else there is to say of a thing. */
  readonly manner: Partial<Manner>;
  /** Share of people who greet. */
  readonly greets: number;
  /** Facts without a slot that somebody has. */
  readonly facts: number;
};

export const practice: Practice = {
  behaviour: {
    states: 0.5,
    opens: 0.5,
    introduces: 0.6,
    amends: 0.1,
    requestFrom: 1,
    request: 0.5,
    plain: 0.16,
    volunteer: 0.28,
    two: 0.5,
    hint: 0.15,
    change: 0.07,
    remark: 0.4,
    distract: 0.45,
    repeat: 0.15,
    lag: 1,
    due: 2,
    agendaShare: 0.2,
    toldBias: 0.95,
  },
  manner: { asides: 0.35, tells: 0.45, joins: 0.45, misspeaks: 0.3, trails: 0.5, namesFormer: 0.5 },
  greets: 0.4,
  facts: 8,
};
