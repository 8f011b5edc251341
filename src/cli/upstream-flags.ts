/** The flags that name what a person talks to: a policy, or a model of another server. */
import type { Upstream } from '../app/index.ts';
import { ConfigError } from '../base/index.ts';

export type UpstreamFlags = {
  readonly policy?: string;
  readonly upstream?: string;
  readonly model?: string;
  readonly profileBy?: 'reply' | 'after';
};

/** Reads the upstream, with its key from the environment; undefined where none is named. Throws `ConfigError`. */
export function readUpstream(
  { upstream: baseUrl, model, policy }: UpstreamFlags,
  environment: Readonly<Record<string, string | undefined>>,
): Upstream | undefined {
  if (baseUrl === undefined && model === undefined) return undefined;
  if (baseUrl !== undefined && model !== undefined && policy === undefined) {
    const key = environment['RLPA_UPSTREAM_KEY'];
    return { baseUrl, model, key: key === undefined || key === '' ? null : key };
  }
  throw new ConfigError(
    'upstream_incomplete',
    'An upstream is named by --upstream URL and --model NAME together, and without --policy.',
    { hint: 'For example --upstream http://localhost:11434/v1 --model qwen2.5:3b' },
  );
}
