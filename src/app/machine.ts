/** What a run's record says of how it was started, and of the machine and version it ran on. */
import * as os from 'node:os';
import type { AppContext } from './context.ts';
import { readPackageVersion } from './package-files.ts';

/** Describes command, version and machine; nothing that names a person. */
export function describeMachine({
  command,
  record,
}: Pick<AppContext, 'command' | 'record'>): Readonly<Record<string, unknown>> {
  return {
    command,
    rlpa: readPackageVersion(),
    ...record,
    platform: `${os.platform()} ${os.arch()}`,
    processor: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
  };
}
