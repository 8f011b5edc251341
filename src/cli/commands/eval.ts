/** `rlpa eval world`: scores of a policy on held-out people of both families. */
import { evaluate, listGroups, recordFloors, renderGroupFloors } from '../../app/index.ts';
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
  const { settings, families, floors, trained, untrained } = evaluation;
  if (options.json === true) {
    const { policy: name, world } = evaluation;
    const head = { suite: options.suite, world, policy: name, seed: settings.seed };
    const scores = { trained, untrained, ...recordFloors(floors) };
    context.print(JSON.stringify({ ...head, turns: settings.turns, families, ...scores }));
    return;
  }
  const { policy: name } = evaluation;
  const table = renderScores(
    listGroups(evaluation).flatMap((group) => {
      const scores = evaluation[group];
      const policies = scores === undefined ? [] : [{ name, scores }];
      return [{ users: `${group} family`, policies }];
    }),
  );
  const scale = renderGroupFloors(floors, [{ name, scores: evaluation }]);
  context.print(scale === '' ? table : `${table}\n\n${scale}`);
});
