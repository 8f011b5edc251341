/** What computes is settled, tried and said before anything else is done. */
import { findDevice, type Device } from '../../engine/index.ts';
import type { AppContext } from '../context.ts';
import type { Settings } from '../settings/schema.ts';

/** Settles what a run computes on and says it. Throws `ConfigError` for a device that is not there. */
export async function announceDevice(
  { device: choice }: Settings['engine'],
  { log }: Pick<AppContext, 'log'>,
): Promise<Device> {
  const { device, reason } = await findDevice(choice);
  log(`Device: ${device} (${reason})`);
  return device;
}

/** The same for work that a person waits for: says nothing of what was not asked for. */
export async function checkDevice(
  engine: Settings['engine'],
  context: Pick<AppContext, 'log'>,
): Promise<void> {
  if (engine.device !== 'auto') await announceDevice(engine, context);
}
