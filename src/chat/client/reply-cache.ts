/**
 * Replies kept on disk by what decides them: the same question to the same model is asked once.
 *
 * The file name is a hash of the request, so an entry holds no prompt, only the reply and what it
 * used. A file that is cut short, changed or of another form is a miss; it is then written anew.
 */
import * as crypto from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../base/index.ts';
import type { ChatRequest } from '../types.ts';
import { parseForeignJson } from './parse-json.ts';
import type { EndpointSettings, ModelAddress } from './settings.ts';

/** Raised when the body of a request, or the reading of a reply, changes. */
const cacheFormat = 2;

const entrySchema = z.strictObject({
  format: z.literal(cacheFormat),
  key: z.string(),
  text: z.string(),
  finishReason: z.enum(['stop', 'length']),
  promptTokens: z.number(),
  completionTokens: z.number(),
  /** Over the text, so that a changed letter is seen. */
  sha256: z.string(),
});

export type CachedReply = Omit<z.infer<typeof entrySchema>, 'format' | 'key' | 'sha256'>;

export type CacheLookup =
  | { readonly kind: 'hit'; readonly reply: CachedReply }
  | { readonly kind: 'miss' }
  | { readonly kind: 'damaged' };

const sha256 = (text: string): string =>
  crypto.createHash('sha256').update(text, 'utf8').digest('hex');

/** Computes the key of a request: a hash over everything that decides the answer. */
export function computeCacheKey(endpoint: EndpointSettings, request: ChatRequest): string {
  const { messages, sampling, seed } = request;
  return sha256(
    JSON.stringify([
      cacheFormat,
      endpoint.baseUrl.replace(/\/+$/, ''),
      endpoint.model,
      messages.map(({ role, content }) => [role, content]),
      [sampling.maxTokens, sampling.temperature],
      [sampling.topK ?? null, sampling.topP ?? null, sampling.minP ?? null],
      seed,
    ]),
  );
}

/** Computes the key of a text to embed. */
export function computeEmbeddingKey(endpoint: ModelAddress, text: string): string {
  const { baseUrl, model } = endpoint;
  return sha256(
    JSON.stringify([cacheFormat, baseUrl.replace(/\/+$/, ''), model, 'embedding', text]),
  );
}

export class ReplyCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(key: string): CacheLookup {
    const text = readEntry(this.#file(key));
    if (text === null) return { kind: 'miss' };
    const entry = entrySchema.safeParse(parseForeignJson(text)).data;
    if (entry === undefined || entry.key !== key || entry.sha256 !== sha256(entry.text)) {
      return { kind: 'damaged' };
    }
    const { finishReason, promptTokens, completionTokens } = entry;
    return {
      kind: 'hit',
      reply: { text: entry.text, finishReason, promptTokens, completionTokens },
    };
  }

  /** Keeps a reply. Throws `DataError` when the folder cannot be written. */
  write(key: string, reply: CachedReply): void {
    const entry = { format: cacheFormat, key, ...reply, sha256: sha256(reply.text) };
    writeFileAtomic(this.#file(key), `${JSON.stringify(entry)}\n`);
  }

  #file(key: string): string {
    return path.join(this.#folder, key.slice(0, 2), `${key.slice(2)}.json`);
  }
}

/** Bytes of the longest entry that is read: twice the longest reply that limits allow. */
const longestEntryBytes = 134_217_728;

/**
 * Null where there is none, or none that can be read: either way the question has to be asked. The
 * folder may be somebody else's, so a pipe is not waited for and nothing boundless is read.
 */
function readEntry(file: string): string | null {
  let handle: number | null = null;
  try {
    handle = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0));
    const status = fs.fstatSync(handle);
    if (!status.isFile() || status.size > longestEntryBytes) return null;
    return fs.readFileSync(handle, 'utf8');
  } catch {
    return null;
  } finally {
    if (handle !== null) fs.closeSync(handle);
  }
}
