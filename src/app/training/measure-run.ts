/**
 * Measurements of a run, before and after training: base and trained policy on the same held-out people of both families.
 *
 * The base is shown under whichever decoding suits it better on these very people, which favours it.
 * The trained policy's decoding is chosen on other held-out people, so its figures are not. What
 * was measured is kept in the run directory; a resumed run reads it back.
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
import { locateModel } from '../policies/find-policy.ts';
import { withPolicy, type ModelLocation } from '../policies/open-policy.ts';
import type { TrainingRun } from './training-run.ts';

export type Group = 'trained' | 'untrained';
export const groups: readonly Group[] = ['trained', 'untrained'];

export type PolicyMeasure = {
  /** Under the decoding that is reported. */
  readonly chosen: Readonly<Record<Group, WorldEvaluation>>;
  /** Scores under both decodings. */
  readonly all: Readonly<Record<Group, Readonly<Record<DecodingName, WorldScores>>>>;
  /** How the decoding was chosen. */
  readonly choice: string;
};

/** People the trained policy's decoding is chosen on, at most. */
const selectionUsers = 64;

/** Measures the base; the better decoding of each family is taken on the measured people. */
export function measureBase(training: TrainingRun, context: AppContext): Promise<PolicyMeasure> {
  return keep(training, 'base', () =>
    withMeasures(training, training.location, 'base', context, async (measure) => {
      const both = await measureBoth(measure);
      const choose = (group: Group): WorldEvaluation => {
        const { greedy, sampled } = both[group];
        return chooseDecoding(greedy.scores, sampled.scores) === 'greedy' ? greedy : sampled;
      };
      return {
        chosen: { trained: choose('trained'), untrained: choose('untrained') },
        all: scoresOf(both),
        choice: 'the better one on the measured people, for each family',
      };
    }),
  );
}

/** Measures the trained policy; its decoding is chosen on other held-out people. */
export function measureTrained(training: TrainingRun, context: AppContext): Promise<PolicyMeasure> {
  const location: ModelLocation = { ...locateModel(training.run.modelFolder), name: 'rlpa' };
  // A resumed run may train on; what was measured before that says nothing of it.
  return keep(training, `rlpa-${training.settings.iterations}`, () =>
    withMeasures(training, location, 'rlpa', context, async (measure) => {
      const users = Math.min(selectionUsers, training.settings.evaluation.users);
      const select = (name: DecodingName): Promise<WorldEvaluation> =>
        measure('trained', name, { users, label: 'selection' });
      const [greedy, sampled] = [await select('greedy'), await select('sampled')];
      const name = chooseDecoding(greedy.scores, sampled.scores);
      const both = await measureBoth(measure);
      return {
        chosen: { trained: both.trained[name], untrained: both.untrained[name] },
        all: scoresOf(both),
        choice: `the better one on ${users} other held-out people of the trained family`,
      };
    }),
  );
}

/** Conversations that measuring before and after training takes. */
export function countMeasuredConversations(users: number): number {
  const decodings = 2;
  const both = groups.length * decodings * users;
  return both + decodings * Math.min(selectionUsers, users) + both;
}

type Measure = (
  group: Group,
  name: DecodingName,
  people?: { readonly users: number; readonly label: string },
) => Promise<WorldEvaluation>;

type BothDecodings = Readonly<Record<Group, Readonly<Record<DecodingName, WorldEvaluation>>>>;

async function measureBoth(measure: Measure): Promise<BothDecodings> {
  const measureGroup = async (group: Group): Promise<BothDecodings[Group]> => ({
    greedy: await measure(group, 'greedy'),
    sampled: await measure(group, 'sampled'),
  });
  return { trained: await measureGroup('trained'), untrained: await measureGroup('untrained') };
}

function scoresOf(both: BothDecodings): PolicyMeasure['all'] {
  const read = (group: Group): PolicyMeasure['all'][Group] => ({
    greedy: both[group].greedy.scores,
    sampled: both[group].sampled.scores,
  });
  return { trained: read('trained'), untrained: read('untrained') };
}

async function withMeasures(
  training: TrainingRun,
  location: ModelLocation,
  name: string,
  context: AppContext,
  work: (measure: Measure) => Promise<PolicyMeasure>,
): Promise<PolicyMeasure> {
  const { settings, opened } = training;
  const { evaluation, engine, sampling } = settings;
  const { world } = opened;
  return withPolicy({ location, ...engine }, ({ chat }) =>
    work((group, decodingName, people) => {
      const family = world.families[groups.indexOf(group)] ?? world.families[0] ?? '';
      const decoding: Decoding = createDecoding(decodingName, {
        temperature: evaluation.temperature,
        maxTokens: sampling.maxTokens,
      });
      return evaluateWorld({
        world,
        assistant: createModelAssistant({ model: chat, sampling: decoding.sampling }),
        families: [family],
        users: people?.users ?? evaluation.users,
        turns: evaluation.turns,
        decoding,
        seed: evaluation.seed,
        ...(people === undefined ? {} : { label: people.label }),
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

const ofGroups = <Schema extends z.ZodType>(schema: Schema): z.ZodObject<Record<Group, Schema>> =>
  z.object({ trained: schema, untrained: schema });

const measureSchema: z.ZodType<PolicyMeasure> = z.object({
  chosen: ofGroups(worldEvaluationSchema),
  all: ofGroups(z.object({ greedy: worldScoresSchema, sampled: worldScoresSchema })),
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
