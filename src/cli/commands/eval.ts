/** `rlpa eval world`: scores of a policy on held-out people of both families. */
import { evaluate } from '../../app/index.ts';
import { renderScores, type DecodingName } from '../../eval/index.ts';
import { defineRunner } from '../command.ts';
import { readSource, type SettingsFlags } from '../config-flags.ts';

type EvalFlags = SettingsFlags & {
  readonly suite: string;
  readonly policy?: string;
  readonly people?: number;
  readonly turns?: number;
  readonly temperature?: number;
  readonly decoding?: DecodingName | 'better';
  readonly json?: boolean;
};

export const runEval = defineRunner<EvalFlags>(async (options, context) => {
  const { policy, people, turns, temperature, seed, decoding } = options;
  const measured = {
    'evaluation.users': people,
    'evaluation.turns': turns,
    'evaluation.temperature': temperature,
    'evaluation.seed': seed,
  };
  const source = await readSource(options, measured, ['seed', 'preset']);
  const evaluation = await evaluate({ ...context, ...source, policy, decoding });
  const { settings, trained, untrained } = evaluation;
  if (options.json === true) {
    const { policy: name, world } = evaluation;
    const head = { suite: options.suite, world, policy: name, seed: settings.seed };
    context.print(JSON.stringify({ ...head, turns: settings.turns, trained, untrained }));
    return;
  }
  const show = (
    users: string,
    scores: typeof trained,
  ): Parameters<typeof renderScores>[0][number] => ({
    users,
    policies: [{ name: evaluation.policy, scores }],
  });
  context.print(
    renderScores([show('trained family', trained), show('untrained family', untrained)]),
  );
});
