/**
 * One POST over HTTP: a body out, status, headers and text back.
 *
 * Node's own client, because it follows no redirect, adds nothing of its own to the headers, asks for
 * no compression and has no time limit but the signal. A reply is kept up to its longest size in one
 * growing buffer; what is longer is cut off with the connection.
 */
import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';

export type HttpReply = {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  /** False for a text that was cut off, because it was too long. */
  readonly isWhole: boolean;
};

export type HttpRequest = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly longestReplyBytes: number;
};

/** Longest body that is looked at where the status tells a failure. */
const longestErrorBytes = 65_536;

/** Sends the request. Rejects with what Node says where the connection fails, or the signal fires. */
export async function exchange(
  { url, headers, body, longestReplyBytes }: HttpRequest,
  signal: AbortSignal,
): Promise<HttpReply> {
  const { request: open } = url.protocol === 'https:' ? https : http;
  const request = open(url, { method: 'POST', headers: { ...headers }, signal });
  // A connection that breaks after its reply was read is nobody's concern, and must not end the program.
  request.on('error', () => undefined);
  request.end(body);
  const [response] = (await once(request, 'response', { signal })) as [http.IncomingMessage];
  const status = response.statusCode ?? 0;
  const common = { status, headers: response.headers };
  if (isSuccess(status)) return { ...common, ...(await readText(response, longestReplyBytes)) };
  // The status says enough, whatever becomes of the body.
  const told = await readText(response, longestErrorBytes).catch(() => null);
  return { ...common, ...(told ?? { text: '', isWhole: false }) };
}

/** Says whether a status tells that the body is what was asked for. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Reads a body up to a size; a longer one is cut off with its connection. */
export async function readText(
  response: http.IncomingMessage,
  longestBytes: number,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  let bytes: Buffer = Buffer.alloc(0);
  let size = 0;
  let isWhole = true;
  for await (const part of response as AsyncIterable<Buffer>) {
    const end = Math.min(size + part.length, longestBytes);
    if (end > bytes.length)
      bytes = grow(bytes, Math.min(Math.max(end, 2 * bytes.length), longestBytes));
    part.copy(bytes, size);
    isWhole = size + part.length <= longestBytes;
    size = end;
    if (!isWhole) break;
  }
  return { text: new TextDecoder().decode(bytes.subarray(0, size)), isWhole };
}

function grow(bytes: Buffer, size: number): Buffer {
  const grown = Buffer.alloc(size);
  bytes.copy(grown);
  return grown;
}
