/** Demonstrates the protocol in which every block lists the whole profile. */
import type { ProfileSchema } from '../profile/index.ts';
import { applyOutput, parseOutput, renderOutput, type ProfileMode } from '../protocol/index.ts';
import type { Demonstrator } from './types.ts';

/**
 * Rewrites what a demonstrator of changes writes for the given mode. Recalls are left out of whole
 * profiles: the item stands in the list anyway.
 */
export function writeInMode(
  demonstrator: Demonstrator,
  schema: ProfileSchema,
  mode: ProfileMode,
): Demonstrator {
  if (mode === 'changes') return demonstrator;
  return {
    name: `${demonstrator.name}, whole profile`,
    write: (state) => {
      const text = demonstrator.write(state);
      const parsed = parseOutput(text, schema);
      if (!parsed.ok) return text;
      const { profile } = applyOutput(state.inferred, parsed, schema, 'changes');
      const changes = profile.map((item) => ({ kind: 'set' as const, item }));
      return renderOutput({ ...parsed, changes, recalls: [] }, schema);
    },
  };
}
