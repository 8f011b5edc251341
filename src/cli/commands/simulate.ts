/** `rlpa simulate`: conversations with simulated users, as transcripts or records. */
import { simulate } from '../../app/index.ts';
import { renderTranscript } from '../../eval/index.ts';
import { defineRunner } from '../command.ts';
import { readSource, type SettingsFlags } from '../config-flags.ts';

type SimulateFlags = SettingsFlags & {
  readonly policy?: string;
  readonly episodes?: number;
  readonly turns?: number;
  readonly family?: string;
  readonly temperature?: number;
  readonly json?: boolean;
};

export const runSimulate = defineRunner<SimulateFlags>(async (options, context) => {
  const { policy, episodes, turns, family, temperature, seed } = options;
  const source = await readSource(options, {}, ['seed', 'preset']);
  const talks = simulate({
    ...context,
    ...source,
    policy,
    episodes,
    turns,
    family,
    temperature,
    seed,
  });
  for await (const episode of talks) {
    context.print(
      options.json === true
        ? JSON.stringify(episode)
        : renderTranscript(episode, `Conversation ${episode.id}`),
    );
  }
});
