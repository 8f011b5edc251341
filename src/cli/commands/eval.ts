/** `rlpa eval`: scores of a policy on held-out people of both families, or on texts from a file. */
import { evaluate, listGroups, recordFloors, renderGroupFloors } from '../../app/index.ts';
import { renderScores, type DecodingName } from '../../eval/index.ts';
import { ConfigError } from '../../base/index.ts';
import { defineRunner } from '../command.ts';
import type { CommandContext } from '../context.ts';
import {
  runPersonaChat,
  runPrefEval,
  runRetention,
  runTalks,
  type TextFlags,
} from './eval-texts.ts';
import { readSource, type SettingsFlags } from '../config-flags.ts';

type EvalFlags = SettingsFlags &
  TextFlags & {
    readonly suite: string;
    readonly policy?: string;
    readonly people?: number;
    readonly family?: string;
    readonly turns?: number;
    readonly temperature?: number;
    readonly decoding?: DecodingName | 'better';
    readonly json?: boolean;
  };

export const runEval = defineRunner<EvalFlags>(async (options, context) => {
  checkFlags(options);
  switch (options.suite) {
    case 'persona-chat':
      return runPersonaChat(options, context);
    case 'prefeval':
      return runPrefEval(options, context);
    case 'retention':
      return runRetention(options, context);
    case 'talks':
      return runTalks(options, context);
    default:
      return runWorld(options, context);
  }
});

type SuiteFlag = Exclude<keyof EvalFlags, 'suite' | 'policy' | 'json' | keyof SettingsFlags>;

/** Flags that only some suites have a use for, by suite. */
const suiteFlags: Readonly<
  Record<string, readonly (SuiteFlag | 'personas' | 'users' | 'judge')[]>
> = {
  world: ['people', 'family', 'turns', 'temperature', 'decoding', 'personas', 'users', 'judge'],
  'persona-chat': ['data', 'items'],
  prefeval: ['data', 'items', 'filler'],
  retention: ['data', 'items'],
  talks: ['items', 'temperature', 'transcripts'],
};

function checkFlags(options: EvalFlags): void {
  const { suite } = options;
  const known = suiteFlags[suite] ?? [];
  const unused = [...new Set(Object.values(suiteFlags).flat())].filter(
    (name) => options[name] !== undefined && !known.includes(name),
  );
  if (unused.length > 0) {
    throw new ConfigError(
      'flags_unused',
      `eval ${suite} has no use for ${unused.map((name) => `--${name}`).join(', ')}.`,
      { hint: 'Leave it away.' },
    );
  }
  if (known.includes('data') && options.data === undefined) {
    throw new ConfigError('data_missing', `eval ${suite} needs --data FILE.`, {
      hint: 'Name the file of texts: docs/real-model.md says where it comes from.',
    });
  }
}

/** A temperature that is asked for is sampled at. Throws `ConfigError` where outputs shall be greedy beside it. */
function readDecoding({ decoding, temperature = 0 }: EvalFlags): EvalFlags['decoding'] {
  if (temperature === 0) return decoding;
  if (decoding !== 'greedy') return decoding ?? 'sampled';
  throw new ConfigError(
    'temperature_greedy',
    `--temperature must be 0 with --decoding greedy, which draws nothing, got ${temperature}.`,
    { hint: 'Leave one of the two away.' },
  );
}

async function runWorld(options: EvalFlags, context: CommandContext): Promise<void> {
  const { policy, people, family, turns, temperature, seed } = options;
  const decoding = readDecoding(options);
  const measured = {
    'evaluation.users': people,
    'evaluation.turns': turns,
    'evaluation.temperature': temperature,
    'evaluation.seed': seed,
  };
  const source = await readSource(options, measured, ['seed', 'preset']);
  const evaluation = await evaluate({ ...context, ...source, policy, decoding, family });
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
