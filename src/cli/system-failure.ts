/**
 * Errors of the operating system in words: what could not be done, to what, why, and what to do.
 *
 * Most are met where they arise and told there. Whatever slips through is told here, for every errno
 * that this system knows.
 */
import { getSystemErrorMap } from 'node:util';
import { exitCodes } from './exit-codes.ts';

export type SystemFailure = {
  readonly message: string;
  readonly hint: string;
  readonly exitCode: number;
};

/** An error as Node throws it for a failed system call. */
type SystemError = Error & {
  readonly code: string;
  readonly syscall?: string;
  readonly path?: string;
  readonly dest?: string;
  readonly address?: string;
  readonly port?: number;
};

const data = exitCodes.data.code;
const usage = exitCodes.usage.code;
const remote = exitCodes.remote.code;

const hints: readonly (readonly [names: string, hint: string, exitCode: number])[] = [
  ['ENOSPC EDQUOT', 'Free some space, then run the same command again.', data],
  ['EACCES EPERM EROFS', 'Check who may read and write there.', data],
  ['ENOENT ENODEV ENXIO', 'Check the path.', data],
  [
    'EISDIR ENOTDIR EEXIST ENOTEMPTY ELOOP',
    'Something else stands in that place; move it away, or name another.',
    data,
  ],
  ['ENAMETOOLONG EINVAL EILSEQ', 'Use a shorter, plainer name.', data],
  ['EMFILE ENFILE', 'Close other programs, or raise the limit of open files (ulimit -n).', data],
  ['ENOMEM', 'Close other programs, or use a smaller model.', data],
  ['EADDRINUSE EADDRNOTAVAIL', 'Choose another address or port.', usage],
  [
    'ECONNREFUSED ECONNRESET ECONNABORTED ETIMEDOUT EHOSTUNREACH EHOSTDOWN ENETUNREACH ENETDOWN ENOTFOUND ENOTCONN EPIPE EPROTO',
    'Check the address of the server, and that it runs.',
    remote,
  ],
];

const otherwise = [
  '',
  'The disk or the system under it refused; look at its log, then try again.',
  data,
] as const;

/** Describes a failed system call; null for any other error. */
export function describeSystemFailure(error: unknown): SystemFailure | null {
  if (!isSystemError(error)) return null;
  const { code, syscall, path, dest, address, port } = error;
  const [, hint, exitCode] = hints.find(([names]) => names.split(' ').includes(code)) ?? otherwise;
  const place = [path, dest, address === undefined ? undefined : `${address}:${port ?? ''}`];
  const what = [syscall, ...place.filter((part) => part !== undefined)].join(' ');
  return { message: `Could not ${what || 'go on'}: ${explain(code)} (${code}).`, hint, exitCode };
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && explain((error as SystemError).code) !== undefined;
}

/** The system's own words for an errno by its name. */
function explain(code: string | undefined): string | undefined {
  for (const [name, text] of getSystemErrorMap().values()) if (name === code) return text;
  return undefined;
}
