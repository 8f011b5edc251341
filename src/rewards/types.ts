/** Verdicts and rewards of one turn. */
import type { Message } from '../chat/index.ts';
import type { Profile } from '../profile/index.ts';
import type { DialogueAct } from '../users/index.ts';

export const criterionNames = [
  'naturalness',
  'relevance',
  'logic',
  'engagement',
  'informativeness',
] as const;

export type CriterionName = (typeof criterionNames)[number];

/** Five binary criteria (Zhao et al. 2025, section 3.3); alignment is their product. */
export type Verdict = {
  readonly criteria: Readonly<Record<CriterionName, 0 | 1>>;
  /** Why a criterion failed, for the transcript. */
  readonly reasons: readonly string[];
  /** A grade in place of the product of the criteria, for judges that give one; at most 1, may be negative. */
  readonly score?: number;
  /** Whatever else the judge saw, by name; means of them are taken over the turns that have them. */
  readonly figures?: Readonly<Record<string, number>>;
};

export type JudgeCase = {
  /** Visible conversation before the reply: user messages and bare replies, no profile, no system prompt. */
  readonly history: readonly Message[];
  readonly response: string;
  /** True profile restricted to what was disclosed. */
  readonly profile: Profile;
  /** All that is true of the person now. */
  readonly whole: Profile;
  /** What was said once and holds no longer. */
  readonly superseded: Profile;
  /** What the simulated user did with the message that is answered. */
  readonly acts: readonly DialogueAct[];
};

export interface Judge {
  readonly name: string;
  /** Throws JudgeError when no readable verdict was given. */
  judge(testCase: JudgeCase): Promise<Verdict>;
}

/** Says whether an inferred item and a true one state the same. */
export type IsSameItem = (inferred: string, truth: string) => boolean;

/** Decides which free-text items state the same; pairing them one to one is the program's. */
export interface ItemMatcher {
  /** Name and version, for records. */
  readonly name: string;
  /** Compares every inferred item with every true one. Throws JudgeError when that cannot be told. */
  compare(inferred: readonly string[], truth: readonly string[]): Promise<IsSameItem>;
}

/** Precision, recall and F1 of an inferred profile, each in [0, 1]. */
export type ProfileScore = {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly matched: number;
};
