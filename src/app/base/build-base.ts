/**
 * Builds a base checkpoint: demonstrations of the training part, a tokenizer over them, a new model
 * trained on both.
 *
 * Nothing held out enters: people, phrasings and the untrained family stay away. Beside the model
 * stands `provenance.json`: settings, seeds, command and the hash of every file. A build that was
 * stopped goes on where it was and ends with the same bytes.
 */
import { loadChatTemplate } from '../../chat/index.ts';
import type { Episode } from '../../env/index.ts';
import { createWorkerBackend } from '../../policy/index.ts';
import { encodeDemonstration, runWarmStart, type SupervisedSequence } from '../../rl/index.ts';
import { loadTokenizer, writeTokenizerFiles } from '../../tokenizer/index.ts';
import type { OpenedWorld } from '../../worlds/index.ts';
import type { AppContext } from '../context.ts';
import { pickWarmStartSettings, type Settings } from '../settings/schema.ts';
import { demonstrateAll } from './demonstrate.ts';
import { createModelConfig, createTokenizerFiles } from './new-model.ts';
import { writeProvenance, type Provenance } from './provenance.ts';
import { loadUnfinished, removeUnfinished, saveUnfinished } from './unfinished.ts';

/** Builds a base into the folder, or goes on with it. Throws `AbortedError` with all updates saved. */
export async function buildBase(
  folder: string,
  opened: OpenedWorld,
  settings: Settings,
  context: AppContext,
): Promise<Provenance> {
  const { warmStart } = settings;
  const { dense, dialogues } = await demonstrateAll(opened, settings, context);
  context.log('Making the tokenizer ...');
  writeTokenizerFiles(folder, await createTokenizerFiles(opened, settings));
  const tokenizer = loadTokenizer(folder);
  const template = loadChatTemplate(folder);
  const encode = (episodes: readonly Episode[]): SupervisedSequence[] =>
    episodes.flatMap((episode) =>
      encodeDemonstration(episode, {
        tokenizer,
        template,
        dialect: opened.world.dialect,
        contextWeight: warmStart.contextWeight,
        contextTokens: warmStart.model.contextTokens,
      }),
    );
  const config = createModelConfig(settings, tokenizer.vocabularySize, tokenizer.stopIds);
  const backend = await createWorkerBackend({
    model: { kind: 'new', config, seed: warmStart.seed },
    valueHead: 'none',
    seed: warmStart.seed,
    ...settings.engine,
  });
  try {
    const end = await runWarmStart({
      backend,
      dense: encode(dense),
      dialogues: encode(dialogues),
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
      trainedTokens: end.tokens,
      finalLoss: end.loss,
    });
    removeUnfinished(folder);
    return provenance;
  } finally {
    await backend.close();
  }
}
