/**
 * Measurements of a run, before and after training: base and trained policy on the same held-out people,
 * of the families trained on and of one that was never met.
 *
 * Each is shown under the decoding that suits it better on other people. What was measured is kept
 * in the run directory; a resumed run reads it back.
 */
import { createModelAssistant } from '../../env/index.ts';
import * as fs from 'node:fs';
import { z } from 'zod';
import { checkContent, readJsonFile, writeFileAtomic } from '../../base/index.ts';
import {
  chooseDecoding,
  createDecoding,
  evaluateWorld,
  worldEvaluationSchema,
  worldScoresSchema,
  type Decoding,
  type DecodingName,
  type WorldEvaluation,
  type WorldScores,
} from '../../eval/index.ts';
import { reportTurns, type AppContext } from '../context.ts';
import { keepFloors, measureGroups, type GroupFloors } from '../floors/group-floors.ts';
import { locateModel } from '../policies/find-policy.ts';
import {
  mapGroups,
  type ByGroup,
  type Group,
  type GroupFamilies,
} from '../policies/met-families.ts';
import { withPolicy, type ModelLocation } from '../policies/open-policy.ts';
import type { TrainingRun } from './training-run.ts';

export type PolicyMeasure = {
  /** Families of users of each group; what was kept by an earlier version does not say. */
  readonly families?: GroupFamilies;
  /** Under the decoding that was chosen. */
  readonly chosen: ByGroup<WorldEvaluation>;
  /** Scores by which it was chosen, under each decoding. */
  readonly selection: Readonly<Record<DecodingName, WorldScores>>;
  /** Whom it was chosen on. */
  readonly choice: string;
};

/** The same people before and after training, and what scripts get from them. */
export type RunMeasures = {
  readonly before: PolicyMeasure;
  readonly after: PolicyMeasure;
  /** Null where the world has no scripts, or remote models are asked. */
  readonly floors: GroupFloors | null;
};

/** People a policy's decoding is chosen on, at most. */
const selectionUsers = 64;

/**
 * Measures what the world's scripts get from the same people, once a run. Null where the world has none,
 * and where remote models phrase or judge the conversations, because nobody asked for those calls.
 */
export async function measureFloorsOf(
  training: TrainingRun,
  context: AppContext,
): Promise<GroupFloors | null> {
  const { opened, families, settings, models } = training;
  if (models !== null) return null;
  const file = training.run.file('evaluation', 'floors.json');
  const of = { families, evaluation: settings.evaluation };
  return keepFloors(file, () => measureGroups(opened, of, context));
}

/** Measures the policy that training begins with. */
export function measureBase(training: TrainingRun, context: AppContext): Promise<PolicyMeasure> {
  const { location } = training;
  return keep(training, 'base', () => measurePolicy(training, { location, name: 'base' }, context));
}

/** Measures the trained policy. */
export function measureTrained(training: TrainingRun, context: AppContext): Promise<PolicyMeasure> {
  const { run, settings } = training;
  const name = 'rlpa';
  const location: ModelLocation = {
    ...locateModel(run.modelFolder, context.environment),
    name,
  };
  // A resumed run may train on; what was measured before that says nothing of it.
  return keep(training, `${name}-${settings.iterations}`, () =>
    measurePolicy(training, { location, name }, context),
  );
}

/** Whether the world has people to choose on; a file of people has them only where a share is set aside. */
function hasValidationPeople({ opened }: TrainingRun): boolean {
  return opened.people === undefined || (opened.people.validation ?? []).length > 0;
}

/** Conversations that measuring before and after training takes at most. */
export function countMeasuredConversations(users: number): number {
  const [groups, decodings, policies] = [2, 2, 2];
  return policies * (decodings * Math.min(selectionUsers, users) + groups * users);
}

/** Chooses a policy's decoding, and measures it so. */
function measurePolicy(
  training: TrainingRun,
  policy: MeasuredPolicy,
  context: AppContext,
): Promise<PolicyMeasure> {
  const { families, settings } = training;
  const users = Math.min(selectionUsers, settings.evaluation.users);
  const split = hasValidationPeople(training) ? 'validation' : 'test';
  return withMeasures(training, policy, context, async (measure) => {
    const select = (name: DecodingName): Promise<WorldEvaluation> =>
      measure('trained', name, { users, split, label: 'selection' });
    const selection = {
      greedy: (await select('greedy')).scores,
      sampled: (await select('sampled')).scores,
    };
    const name = chooseDecoding(selection.greedy, selection.sampled);
    const people = split === 'validation' ? 'people of the validation part' : 'held-out people';
    return {
      families,
      chosen: await mapGroups(families, (_, group) => measure(group, name)),
      selection,
      choice: `the better one on ${users} ${people} of the families trained on`,
    };
  });
}

type MeasuredPolicy = { readonly location: ModelLocation; readonly name: string };

type People = {
  readonly users: number;
  readonly split: 'validation' | 'test';
  readonly label: string;
};

type Measure = (group: Group, name: DecodingName, people?: People) => Promise<WorldEvaluation>;

async function withMeasures(
  training: TrainingRun,
  { location, name }: MeasuredPolicy,
  context: AppContext,
  work: (measure: Measure) => Promise<PolicyMeasure>,
): Promise<PolicyMeasure> {
  const { settings, opened } = training;
  const { evaluation, engine, sampling } = settings;
  const { world } = opened;
  return withPolicy({ location, ...engine }, ({ chat }) =>
    work((group, decodingName, people) => {
      const decoding: Decoding = createDecoding(decodingName, {
        temperature: evaluation.temperature,
        maxTokens: sampling.maxTokens,
      });
      return evaluateWorld({
        world,
        assistant: createModelAssistant({ model: chat, sampling: decoding.sampling }),
        families: training.families[group] ?? [],
        users: people?.users ?? evaluation.users,
        turns: evaluation.turns,
        decoding,
        seed: evaluation.seed,
        ...(people === undefined ? {} : { label: people.label, split: people.split }),
        signal: context.signal,
        clock: context.clock,
        onTurn: reportTurns(
          context,
          `measuring ${name}, ${people?.label ?? group} users, ${decodingName}`,
          (people?.users ?? evaluation.users) * evaluation.turns,
        ),
      });
    }),
  );
}

const ofGroups = <Value>(schema: z.ZodType<Value>): z.ZodType<ByGroup<Value>> =>
  z.object({ trained: schema, untrained: schema.exactOptional() }) as z.ZodType<ByGroup<Value>>;

const measureSchema: z.ZodType<PolicyMeasure> = z.object({
  families: ofGroups(z.array(z.string())).exactOptional(),
  chosen: ofGroups(worldEvaluationSchema),
  selection: z.object({ greedy: worldScoresSchema, sampled: worldScoresSchema }),
  choice: z.string(),
});

/** Conversations of some thousand people. */
const largestMeasure = 256 * 2 ** 20;

function readMeasure(file: string): PolicyMeasure {
  const purpose = 'kept measurement';
  const content = readJsonFile(file, purpose, { maxBytes: largestMeasure });
  return checkContent(measureSchema, content, {
    file,
    purpose,
    hint: 'Remove the file and run again with --resume: it is measured anew.',
  });
}

/** Reads a measurement that was finished before, or makes it and keeps it. */
async function keep(
  training: TrainingRun,
  name: string,
  make: () => Promise<PolicyMeasure>,
): Promise<PolicyMeasure> {
  const file = training.run.file('evaluation', `${name}.json`);
  if (fs.existsSync(file)) return readMeasure(file);
  const measure = await make();
  writeFileAtomic(file, `${JSON.stringify(measure)}\n`);
  return measure;
}
