/**
 * Builds a base checkpoint: demonstrations of the training part, and a model trained on them, which is a
 * new one or a chat model that learns the form by them.
 *
 * Nothing held out enters: people, phrasings and other families stay away. Beside the model
 * stands `provenance.json`: settings, seeds, command and the hash of every file. A build that was
 * stopped goes on where it was and ends with the same bytes.
 */
import {
  encodeDemonstration,
  runWarmStart,
  type Demonstration,
  type SupervisedSequence,
} from '../../rl/index.ts';
import { speakPlainly } from '../../protocol/index.ts';
import type { OpenedWorld } from '../../worlds/index.ts';
import type { AppContext } from '../context.ts';
import type { ResolvedSettings } from '../settings/resolve.ts';
import { pickWarmStartSettings } from '../settings/schema.ts';
import { demonstrateMessages } from './demonstrate-messages.ts';
import { demonstrateAll, listDemonstratedFamilies } from './demonstrate.ts';
import { writeProvenance, type Provenance } from '../policies/provenance.ts';
import { rehearse } from './rehearse.ts';
import { openStartModel, startsFromFolder } from './start-model.ts';
import { loadUnfinished, removeUnfinished, saveUnfinished } from './unfinished.ts';

/** Builds a base into the folder, or goes on with it. Throws `AbortedError` with all updates saved. */
export async function buildBase(
  folder: string,
  opened: OpenedWorld,
  { settings, parts }: Pick<ResolvedSettings, 'settings' | 'parts'>,
  context: AppContext,
): Promise<Provenance> {
  const { warmStart } = settings;
  const messages = demonstrateMessages(opened, settings);
  const { dense, dialogues } = await demonstrateAll(opened, settings, context);
  context.log('Opening the model ...');
  const start = await openStartModel(folder, opened, settings, parts.world, context);
  const { backend, tokenizer, template, contextTokens } = start;
  const { contextWeight } = warmStart;
  const tools = { tokenizer, template, contextWeight, contextTokens };
  const { dialect } = opened.world;
  const encode = (talks: readonly Demonstration[]): SupervisedSequence[] =>
    talks.flatMap((talk) => encodeDemonstration(talk, { ...tools, dialect }));
  const plain = speakPlainly(dialect);
  try {
    const own = startsFromFolder(settings) ? await rehearse(start, settings, dense, context) : [];
    const rehearsed = own.flatMap((talk) =>
      encodeDemonstration(talk, { ...tools, dialect: plain, contextWeight: 0 }),
    );
    const end = await runWarmStart({
      backend,
      dense: [...encode([...dense, ...messages]), ...rehearsed],
      dialogues: [...encode(dialogues), ...rehearsed],
      settings: pickWarmStartSettings(settings),
      from: await loadUnfinished(folder, backend, settings),
      onStop: (state) => saveUnfinished(folder, backend, state, settings),
      signal: context.signal,
      onProgress: ({ update, updates, loss }) =>
        context.onProgress({
          label: 'warm start',
          done: update,
          total: updates,
          unit: 'updates',
          note: `loss ${loss.toFixed(3)}`,
        }),
    });
    await backend.saveModel(folder);
    const provenance = writeProvenance(folder, {
      world: opened.world.name,
      worldSettings: settings.world,
      command: context.command,
      seed: warmStart.seed,
      settings: warmStart,
      heldOut: opened.heldOut ?? 'Nothing was held out.',
      families: [...listDemonstratedFamilies(opened.world, warmStart)],
      trainedTokens: end.tokens,
      finalLoss: end.loss,
    });
    removeUnfinished(folder);
    return provenance;
  } finally {
    await backend.close();
  }
}
