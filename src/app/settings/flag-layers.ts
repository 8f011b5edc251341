/** Settings as the command line gives them, as layers: --config file, --set, convenience flags; later ones win. */
import { ConfigError, DataError, readJsonFile } from '../../base/index.ts';
import type { ConsentFlags } from './consent.ts';
import { nestSettings, type Layer } from './layers.ts';

/** Settings as flags name them. */
export type ConfigFlags = {
  readonly config?: string;
  readonly preset?: string;
  /** `key=value` each. */
  readonly set?: readonly string[];
  readonly iterations?: number;
  readonly checkpointEvery?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly device?: string;
  readonly personas?: string;
  readonly onBadRow?: string;
  readonly users?: string;
  readonly judge?: string;
} & ConsentFlags;

const flagKeys = {
  iterations: 'iterations',
  checkpointEvery: 'checkpointEvery',
  seed: 'seed',
  threads: 'engine.threads',
  device: 'engine.device',
  personas: 'world.personas',
  onBadRow: 'world.onBadRow',
  users: 'world.users.kind',
  judge: 'world.judge.kind',
} as const satisfies Partial<Record<keyof ConfigFlags, string>>;

const flagNames: Readonly<Record<keyof typeof flagKeys, string>> = {
  iterations: '--iterations',
  checkpointEvery: '--checkpoint-every',
  seed: '--seed',
  threads: '--threads',
  device: '--device',
  personas: '--personas',
  onBadRow: '--on-bad-row',
  users: '--users',
  judge: '--judge',
};

/** Lists the layers of the flags. Throws `ConfigError` for a file or an assignment that cannot be read. */
export function listFlagLayers(flags: ConfigFlags): Layer[] {
  const names = Object.keys(flagKeys) as (keyof typeof flagKeys)[];
  return [
    ...(flags.config === undefined
      ? []
      : [{ origin: flags.config, values: readConfigFile(flags.config) }]),
    ...(flags.set ?? []).map(parseAssignment),
    ...names.flatMap((name) =>
      flags[name] === undefined
        ? []
        : [{ origin: flagNames[name], values: nestSettings([[flagKeys[name], flags[name]]]) }],
    ),
  ];
}

/** Largest configuration file in bytes; all settings together take some 5,000. */
const largestConfig = 2 ** 20;

/** A configuration that cannot be read is a wrong configuration, not wrong data. */
function readConfigFile(file: string): unknown {
  try {
    return readJsonFile(file, 'configuration', { maxBytes: largestConfig });
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new ConfigError('config_unreadable', error.message, {
      details: { file },
      hint: 'Check --config: it names a JSON file.',
      cause: error,
    });
  }
}

function parseAssignment(text: string): Layer {
  const at = text.indexOf('=');
  if (at < 1) {
    throw new ConfigError('assignment_malformed', `--set ${text}: expected KEY=VALUE.`, {
      hint: 'For example --set ppo.clipEpsilon=0.1',
    });
  }
  const [key, value] = [text.slice(0, at).trim(), text.slice(at + 1).trim()];
  return { origin: `--set ${key}`, values: nestSettings([[key, parseValue(value)]]) };
}

/** JSON where it is JSON, else the text itself. */
function parseValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
