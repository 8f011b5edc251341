/**
 * A few conversations with held-out people, before and after training: what a report begins with.
 *
 * They are to be looked at, not to be measured by. A run that measures its people keeps all of those
 * conversations and needs no more, and where remote models phrase or judge them none is held, because
 * nobody asked for those calls.
 */
import * as fs from 'node:fs';
import { writeFileAtomic } from '../../base/index.ts';
import type { ChatModel } from '../../chat/index.ts';
import { createModelAssistant } from '../../env/index.ts';
import { createDecoding, evaluateWorld } from '../../eval/index.ts';
import type { RunDirectory } from '../../runlog/index.ts';
import { reportTurns, type AppContext } from '../context.ts';
import type { OpenedModels } from '../models/open-models.ts';
import type { OpenedWorld } from '../../worlds/index.ts';
import type { Settings } from '../settings/schema.ts';

/** People that are met, of the first family trained on. */
const users = 4;

type TalkRun = {
  readonly run: RunDirectory;
  readonly settings: Settings;
  readonly opened: OpenedWorld;
  readonly models: OpenedModels | null;
};

/** Holds and keeps the conversations of one policy, named as its measurement would be, unless they are there. */
export async function keepTalks(
  { run, settings, opened, models }: TalkRun,
  policy: ChatModel,
  name: string,
  context: AppContext,
): Promise<void> {
  const file = run.file('evaluation', `talks-${name}.json`);
  const isMeasured = fs.existsSync(run.file('evaluation', 'base.json'));
  if (isMeasured || models !== null || fs.existsSync(file)) return;
  const { evaluation, sampling, families } = settings;
  const { world } = opened;
  const { turns, seed, temperature } = evaluation;
  const decoding = createDecoding('greedy', { temperature, maxTokens: sampling.maxTokens });
  const trained = await evaluateWorld({
    world,
    assistant: createModelAssistant({ model: policy, sampling: decoding.sampling }),
    families: [families[0] ?? world.families[0] ?? ''],
    users,
    turns,
    decoding,
    seed,
    signal: context.signal,
    clock: context.clock,
    onTurn: reportTurns(context, `meeting ${users} held-out people, ${name}`, users * turns),
  });
  writeFileAtomic(file, `${JSON.stringify({ chosen: { trained } })}\n`);
}
