/** What a run's record says of the machine and the versions it ran on. */
import { execFileSync } from 'node:child_process';
import * as os from 'node:os';
import { packageRoot, readPackageVersion } from './package-files.ts';

/** Describes machine, versions and command line; nothing that names a person. */
export function describeMachine(args: readonly string[]): Readonly<Record<string, unknown>> {
  return {
    command: ['rlpa', ...args].join(' '),
    rlpa: readPackageVersion(),
    git: readGitRevision(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    processor: os.cpus()[0]?.model ?? 'unknown',
    cores: os.availableParallelism(),
    memoryBytes: os.totalmem(),
  };
}

/** Revision of a clone; null for an installed package. */
function readGitRevision(): string | null {
  try {
    return execFileSync('git', ['rev-parse', 'HEAD'], {
      cwd: packageRoot,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}
