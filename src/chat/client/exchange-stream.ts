/**
 * One POST whose reply is read while it comes.
 *
 * As `exchange.ts`: no redirect, no header of its own, no time limit but the signal. Where the status tells a
 * failure the body is read up to a small size; nobody streams an error.
 */
import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import { isSuccess, readText, type HttpReply, type HttpRequest } from './exchange.ts';

export type StreamedExchange =
  | { readonly kind: 'stream'; readonly contentType: string; readonly parts: AsyncIterable<string> }
  | { readonly kind: 'failure'; readonly reply: HttpReply };

const longestErrorBytes = 65_536;

/** Sends the request. Rejects with what Node says where the connection fails, or the signal fires. */
export async function exchangeStream(
  { url, headers, body, longestReplyBytes }: HttpRequest,
  signal: AbortSignal,
): Promise<StreamedExchange> {
  const { request: open } = url.protocol === 'https:' ? https : http;
  const request = open(url, { method: 'POST', headers: { ...headers }, signal });
  request.on('error', () => undefined);
  request.end(body);
  const [response] = (await once(request, 'response', { signal })) as [http.IncomingMessage];
  const common = { status: response.statusCode ?? 0, headers: response.headers };
  if (!isSuccess(common.status)) {
    const told = await readText(response, longestErrorBytes).catch(() => null);
    const reply = { ...common, ...(told ?? { text: '', isWhole: false }) };
    return { kind: 'failure', reply };
  }
  const contentType = response.headers['content-type'] ?? '';
  return { kind: 'stream', contentType, parts: readParts(response, longestReplyBytes) };
}

/** Text as it comes; ends, with the connection, where it is longer than allowed. */
async function* readParts(
  response: http.IncomingMessage,
  longestBytes: number,
): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > longestBytes) return;
    yield decoder.decode(part, { stream: true });
  }
  yield decoder.decode();
}
