/** `rlpa eval`: scores of a policy on held-out people of both families, or on texts from a file. */
import { evaluate, listGroups, recordFloors, renderGroupFloors } from '../../app/index.ts';
import { renderScores, type DecodingName } from '../../eval/index.ts';
import { ConfigError } from '../../base/index.ts';
import { defineRunner } from '../command.ts';
import type { CommandContext } from '../context.ts';
import { runPersonaChat, runPrefEval, type TextFlags } from './eval-texts.ts';
import { readSource, type SettingsFlags } from '../config-flags.ts';

type EvalFlags = SettingsFlags &
  TextFlags & {
    readonly suite: string;
    readonly policy?: string;
    readonly people?: number;
    readonly turns?: number;
    readonly temperature?: number;
    readonly decoding?: DecodingName | 'better';
    readonly json?: boolean;
  };

export const runEval = defineRunner<EvalFlags>(async (options, context) => {
  checkFlags(options);
  if (options.suite === 'persona-chat') return runPersonaChat(options, context);
  if (options.suite === 'prefeval') return runPrefEval(options, context);
  return runWorld(options, context);
});

/** Flags that only one sort of suite has a use for. */
const worldFlags = [
  'people',
  'turns',
  'temperature',
  'decoding',
  'personas',
  'users',
  'judge',
] as const;
const textFlags = ['data', 'items', 'filler'] as const;

function checkFlags(options: EvalFlags): void {
  const { suite } = options;
  const unused = (suite === 'world' ? textFlags : worldFlags).filter(
    (name) => options[name] !== undefined && !(suite === 'prefeval' && name === 'filler'),
  );
  if (suite === 'persona-chat' && options.filler !== undefined) unused.push('filler');
  if (unused.length > 0) {
    throw new ConfigError(
      'flags_unused',
      `eval ${suite} has no use for ${unused.map((name) => `--${name}`).join(', ')}.`,
      { hint: 'Leave it away.' },
    );
  }
  if (suite !== 'world' && options.data === undefined) {
    throw new ConfigError('data_missing', `eval ${suite} needs --data FILE.`, {
      hint: 'Name the file of texts: docs/real-model.md says where it comes from.',
    });
  }
}

async function runWorld(options: EvalFlags, context: CommandContext): Promise<void> {
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
}
