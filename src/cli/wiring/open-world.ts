/** The world a command talks in, from the configuration. */
import { ConfigError } from '../../base/index.ts';
import {
  createFreeTextWorld,
  createSmallWorld,
  type FreeTextWorld,
  type SmallWorld,
} from '../../env/index.ts';
import { loadPersonas } from '../../users/index.ts';
import type { Settings } from '../config/schema.ts';

export type WorldSettings = Settings['world'];
export type WorldKind = WorldSettings['kind'];

export type OpenedWorld =
  | { readonly kind: 'small-world'; readonly world: SmallWorld }
  | { readonly kind: 'free-text'; readonly world: FreeTextWorld; readonly skippedRows: number };

/** Opens the world. Throws `ConfigError` without personas, `DataError` for a file that is wrong. */
export function openWorld(settings: WorldSettings, log: (text: string) => void): OpenedWorld {
  const { kind, personas: file, onBadRow, testShare, inventedShare } = settings;
  const { profileMode, contextTurns, profileReward, penalties } = settings;
  const shape = { profileMode, contextTurns, rewards: { profile: profileReward, penalties } };
  if (kind === 'small-world') {
    if (file !== null) {
      throw new ConfigError('personas_unused', 'The small world makes its own personas.', {
        hint: 'Leave --personas away, or use --preset free-text with it.',
      });
    }
    return { kind, world: createSmallWorld(shape) };
  }
  if (file === null) {
    throw new ConfigError('personas_missing', 'The free-text world needs a file of personas.', {
      hint: 'Name it with --personas FILE: JSON Lines, one description a line.',
    });
  }
  const { personas, skipped } = loadPersonas(file, { onBadRow });
  if (skipped.length > 0) {
    const lines = skipped.map(({ line }) => line).join(', ');
    log(
      `${file}: ${skipped.length} unreadable row(s) skipped (line ${lines}); ${personas.length} personas read.`,
    );
  }
  const world = createFreeTextWorld({ personas, testShare, inventedShare, ...shape });
  return { kind, world, skippedRows: skipped.length };
}
