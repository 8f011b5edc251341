/** What a message of a simulated user ends: items replaced by others, and items dropped. */
import type { Profile } from '../profile/index.ts';
import type { UserTurn } from './types.ts';

/** Lists the items that no longer hold once this turn is said. */
export function listEnded({ disclosures, dropped = [] }: UserTurn): Profile {
  return [...disclosures.flatMap(({ replaces }) => replaces ?? []), ...dropped];
}

/** Lists what a message told, and what it ended: what a profile reward counts as missed. */
export function listHeard(user: UserTurn): { readonly told: Profile; readonly ended: Profile } {
  return { told: user.disclosures.map(({ item }) => item), ended: listEnded(user) };
}
