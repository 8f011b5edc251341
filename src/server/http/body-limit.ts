/**
 * Bodies up to a size: by the length that is announced, or, where none is, by what comes.
 *
 * Hono's own limit makes a new request of the old one, which takes the global classes of the process replaced; a
 * library must not ask for that.
 */
import type { Context } from 'hono';
import { RequestError } from '../errors.ts';

/** Throws `RequestError` 413 for a body that is longer. */
export async function limitBody({ req }: Context, longestBytes: number): Promise<void> {
  const tooLarge = new RequestError(413, 'invalid_request_error', {
    code: 'body_too_large',
    message: `A body may have at most ${longestBytes} bytes.`,
  });
  if (Number(req.header('content-length') ?? 0) > longestBytes) throw tooLarge;
  if (req.header('transfer-encoding') === undefined || req.raw.body === null) return;
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of req.raw.body as unknown as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > longestBytes) throw tooLarge;
    parts.push(part);
  }
  // Whoever reads the body finds it here; the cache holds promises, whatever its type says.
  const text = new TextDecoder().decode(Buffer.concat(parts));
  req.bodyCache.text = Promise.resolve(text) as never;
}
