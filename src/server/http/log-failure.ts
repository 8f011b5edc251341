/** A failure of the server's own, written down for whoever runs it: its kind and place, no word of anybody's. */
import type { ServerLogger } from './context.ts';

/** The kind and the place are enough to find a fault; a message may hold a person's words. */
export function logFailure(logger: ServerLogger, error: unknown, code: string | null): void {
  const { name, stack } = error instanceof Error ? error : new Error();
  logger.error({ error: name, code, stack: readStack(stack) }, 'failed');
}

/** Where a fault is: the stack without its first line, which repeats the message. */
function readStack(stack = ''): string[] {
  return stack
    .split('\n')
    .filter((line) => /^\s+at /u.test(line))
    .map((line) => line.trim())
    .slice(0, 12);
}
