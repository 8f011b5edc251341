/** --out, which most commands need and none can guess. */
import { ConfigError } from '../base/index.ts';

/** Requires --out, saying which flag is missing. */
export function requireOut(out: string | undefined, verb: string): string {
  if (out !== undefined) return out;
  throw new ConfigError('out_missing', `rlpa ${verb} needs a directory to write to.`, {
    hint: 'Name it with --out DIR.',
  });
}
