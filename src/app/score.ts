/** Log-probabilities of given token ids under a model, for checks of a converted model from outside. */
import { DataError } from '../base/index.ts';
import { scoreIds, type IdScores } from '../policy/index.ts';
import { createContext, type AppContext } from './context.ts';
import { providePolicy } from './policies/find-policy.ts';
import { checkDevice } from './policies/announce-device.ts';
import { withBackend } from './policies/open-policy.ts';
import { resolveSettings, type SettingsSource } from './settings/resolve.ts';
import { refuseUnused } from './settings/unused.ts';

export type ScoreOptions = Partial<AppContext> &
  Omit<SettingsSource, 'preset'> & {
    /** Model folder, GGUF file, `hf:OWNER/NAME`, run directory, or `base`. */
    readonly model: string;
    /** PEFT adapter folder. */
    readonly adapter?: string | undefined;
    /** Token ids, a sequence each. */
    readonly rows: readonly (readonly number[])[];
    /** How many ids of each row count; all by default. */
    readonly lengths?: readonly number[] | undefined;
  };

/** Nothing is decoded: the bits of decoding would change nothing. */
const usedEngine = ['threads', 'maxTokensPerBatch', 'layout', 'device', 'frozenBits'].map(
  (name) => `engine.${name}`,
);

/** Scores the rows: natural log, from position 1 on. Throws `DataError` for an id the model does not have. */
export async function score(options: ScoreOptions): Promise<IdScores> {
  const { model, adapter, rows, lengths = rows.map(({ length }) => length) } = options;
  refuseUnused(options, { only: usedEngine }, 'Scoring');
  const { engine } = resolveSettings(options).settings;
  const context = createContext(options);
  await checkDevice(engine, context);
  const found = await providePolicy(model, {}, context);
  const location = adapter === undefined ? found : { ...found, adapter };
  return withBackend({ location, ...engine }, (backend, { vocabularySize }) => {
    const largest = rows.flat().reduce((most, id) => Math.max(most, id), 0);
    if (largest >= vocabularySize) {
      throw new DataError(
        'ids_malformed',
        `id ${largest} is beyond the model's vocabulary of ${vocabularySize}.`,
        { hint: 'The ids must come from the tokenizer of this model.' },
      );
    }
    return scoreIds(backend, rows, lengths);
  });
}
