/** What the training loop is given, what it reports, and what it keeps in a checkpoint. */
import type { Clock } from '../base/index.ts';
import type { Episode, EpisodePlan, World } from '../env/index.ts';
import type { TrainingBackend } from '../policy/index.ts';
import type { RunDirectory } from '../runlog/index.ts';
import type { Tokenizer } from '../tokenizer/index.ts';
import type { TrainingSettings } from './settings.ts';

export type CollectRequest = {
  readonly plans: readonly EpisodePlan[];
  /** Optimizer updates the policy has behind it. */
  readonly policyVersion: number;
  readonly settings: TrainingSettings;
  readonly signal?: AbortSignal;
  /** Called after each turn of all conversations. */
  readonly onTurn?: (done: number, planned: number) => void;
};

/** Holds the planned conversations with the policy; the result is in the order of the plans. */
export type EpisodeCollector = (request: CollectRequest) => Promise<readonly Episode[]>;

export type TrainingPhase = 'collecting' | 'updating' | 'validating' | 'iteration_done' | 'saving';

export type TrainingProgress = {
  readonly phase: TrainingPhase;
  /** Share of the phase that is done, in [0, 1]. */
  readonly phaseShare: number;
  /** Counted from 1. */
  readonly iteration: number;
  /** Planned; where a token budget ends the run, as many as it is expected to allow. */
  readonly iterations: number;
  /** Seconds since this process began training, and how many iterations it has done. */
  readonly elapsedSeconds: number;
  readonly iterationsDone: number;
  /** Of the iteration that is done. */
  readonly metrics?: Readonly<Record<string, number>>;
};

/** Tells how far a phase is, in [0, 1]. */
export type ReportPhase = (phase: TrainingPhase, phaseShare: number) => void;

export type TrainPolicyInput = {
  readonly settings: TrainingSettings;
  readonly world: World;
  readonly backend: TrainingBackend;
  readonly tokenizer: Tokenizer;
  readonly collect: EpisodeCollector;
  /** A new run, or one opened to be resumed: it goes on from its newest checkpoint, if it has one. */
  readonly run: RunDirectory;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly onProgress?: (progress: TrainingProgress) => void;
  /** Called with what a person should know of the run that is continued. */
  readonly onNotice?: (notice: string) => void;
  /** Called with what goes wrong in an iteration, when it begins to. */
  readonly onAlarm?: (alarm: string) => void;
};

/** What the people of the validation part made of the policy after one iteration. */
export type ValidationRecord = {
  readonly iteration: number;
  /** Mean of the next two; null where nothing could be scored. */
  readonly score: number | null;
  /** Means over late turns. */
  readonly alignment: number | null;
  readonly profile_f1_disclosed: number | null;
  readonly format_rate: number | null;
};

/** What a checkpoint holds beside the backend's own state. */
export type TrainerState = {
  readonly iteration: number;
  readonly policyVersion: number;
  readonly generatedTokens: number;
  /** In the order in which people were asked; absent before the first time. */
  readonly validations?: readonly ValidationRecord[];
};
