/**
 * An OpenAI-compatible server on this machine, for chat and embeddings, that misbehaves when told to.
 *
 * It answers simulated users by saying their task, and judges by a verdict that depends on the reply
 * alone; a text's vector counts its words. So runs against it repeat. What goes wrong is decided by
 * the number of the request.
 */
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

export type Misbehaviour =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly retryAfter?: string;
      readonly page?: string;
    }
  | { readonly kind: 'slow'; readonly milliseconds: number }
  /** Headers at once, the body never. */
  | { readonly kind: 'endless' }
  /** A body that never stops coming, under a status. */
  | { readonly kind: 'flood'; readonly status: number; readonly chunkBytes?: number }
  /** Sends the request elsewhere. */
  | { readonly kind: 'redirect'; readonly status: number; readonly location: string }
  /** The connection breaks before the headers, or within the body. */
  | { readonly kind: 'cut'; readonly at: 'start' | 'body' }
  /** JSON that breaks off, or a page that is none. */
  | { readonly kind: 'malformed'; readonly page?: string }
  | { readonly kind: 'content_type'; readonly type: string }
  | { readonly kind: 'no_usage' }
  /** A reply that is well formed and makes no sense as an answer; a vector too few. */
  | { readonly kind: 'babble' };

export type ChatBody = {
  readonly model: string;
  /** None where texts are to be embedded. */
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** Texts to embed. */
  readonly input?: readonly string[];
  readonly seed?: number;
  readonly max_tokens?: number;
};

export type SeenRequest = {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: ChatBody;
};

export type FakeServerOptions = {
  /** What goes wrong with request number `index` (from 0); null for nothing. */
  readonly misbehave?: (index: number, body: ChatBody) => Misbehaviour | null;
  readonly answer?: (body: ChatBody) => string;
};

export type FakeServer = {
  /** With the version, as clients want it. */
  readonly baseUrl: string;
  readonly seen: readonly SeenRequest[];
  /** Bytes of bodies sent by floods, and whether one is still running. */
  readonly flood: { readonly bytes: number; readonly isRunning: boolean };
  close(): Promise<void>;
};

/** Starts the server on a free port of this machine. */
export async function startFakeServer(options: FakeServerOptions = {}): Promise<FakeServer> {
  const seen: SeenRequest[] = [];
  const flood = { bytes: 0, isRunning: false };
  const server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      const body = { messages: [], ...(JSON.parse(text) as object) } as unknown as ChatBody;
      const { headers, url = '' } = request;
      const { authorization } = headers;
      const index = seen.push({ path: url, authorization, headers, body }) - 1;
      const fault = options.misbehave?.(index, body) ?? null;
      const answer = body.input === undefined ? (options.answer ?? answerAsAsked)(body) : '';
      if (fault?.kind === 'flood') pourInto(response, fault, flood);
      else respond(response, fault, answer, body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    seen,
    flood,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Writes as fast as the other side reads, until the connection ends. */
function pourInto(
  response: http.ServerResponse,
  { status, chunkBytes = 65_536 }: Extract<Misbehaviour, { kind: 'flood' }>,
  flood: { bytes: number; isRunning: boolean },
): void {
  const chunk = Buffer.alloc(chunkBytes, ' ');
  response.writeHead(status, { 'content-type': 'application/json' });
  flood.isRunning = true;
  const pour = (): void => {
    do flood.bytes += chunk.length;
    while (response.write(chunk));
  };
  response.on('drain', pour);
  response.on('close', () => (flood.isRunning = false));
  pour();
}

function respond(
  response: http.ServerResponse,
  fault: Exclude<Misbehaviour, { kind: 'flood' }> | null,
  answer: string,
  body: ChatBody,
): void {
  const text = fault?.kind === 'babble' ? '*shrugs* Who can say.' : answer;
  const hasUsage = fault?.kind !== 'no_usage';
  const isShort = fault?.kind === 'babble';
  const whole =
    body.input === undefined
      ? composeReply(text, body, hasUsage)
      : composeVectors(body.input.slice(isShort ? 1 : 0), hasUsage);
  const send = (content: string, type = 'application/json'): void => {
    response.writeHead(200, { 'content-type': type }).end(content);
  };
  switch (fault?.kind) {
    case 'status': {
      const retryAfter = fault.retryAfter === undefined ? {} : { 'retry-after': fault.retryAfter };
      response.writeHead(fault.status, { 'content-type': 'application/json', ...retryAfter });
      // Real servers quote the request in their errors; ours must not end up in a log.
      response.end(
        fault.page ?? JSON.stringify({ error: { message: `no: ${JSON.stringify(body)}` } }),
      );
      return;
    }
    case 'redirect':
      response.writeHead(fault.status, { location: fault.location }).end();
      return;
    case 'slow':
      setTimeout(() => send(whole), fault.milliseconds);
      return;
    case 'endless':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{');
      return;
    case 'cut':
      if (fault.at === 'body') {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '9999' });
        response.write(whole.slice(0, 20), () => response.destroy());
      } else response.destroy();
      return;
    case 'malformed':
      if (fault.page === undefined) send('{"choices": [');
      else send(fault.page, 'text/html');
      return;
    case 'content_type':
      send(whole, fault.type);
      return;
    default:
      send(whole);
  }
}

function composeReply(text: string, body: ChatBody, hasUsage: boolean): string {
  const promptLength = body.messages.reduce((sum, { content }) => sum + content.length, 0);
  return JSON.stringify({
    id: 'fake',
    object: 'chat.completion',
    created: 0,
    model: body.model,
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } }],
    ...(hasUsage
      ? {
          usage: {
            prompt_tokens: Math.ceil(promptLength / 4),
            completion_tokens: Math.ceil(text.length / 4),
            total_tokens: Math.ceil(promptLength / 4) + Math.ceil(text.length / 4),
          },
        }
      : {}),
  });
}

function composeVectors(input: readonly string[], hasUsage: boolean): string {
  const tokens = Math.ceil(input.join('').length / 4);
  return JSON.stringify({
    object: 'list',
    // Last first: the order is not part of the protocol, the index is.
    data: input.map((text, index) => ({ index, embedding: countWords(text) })).reverse(),
    ...(hasUsage ? { usage: { prompt_tokens: tokens, total_tokens: tokens } } : {}),
  });
}

/** How often each word occurs, by a small hash; texts that share words have vectors at a small angle. */
function countWords(text: string): number[] {
  const counts = Array.from({ length: 64 }, () => 0);
  for (const word of text.toLowerCase().match(/\p{L}+|\p{N}+/gu) ?? ['']) {
    const hash = [...word].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 4093, 7);
    counts[hash % 64]! += 1;
  }
  return counts;
}

/** Does what the prompts of simulated users, judges and matchers ask for. */
export function answerAsAsked(body: ChatBody): string {
  const first = body.messages[0]?.content ?? '';
  const last = body.messages.at(-1)?.content ?? '';
  if (first.startsWith('You judge')) return judgeAsAsked(last);
  return first.startsWith('You compare') ? compareAsAsked(last) : speakAsAsked(last);
}

/** Yes where every word of a fact begins like a part of the note. */
function compareAsAsked(prompt: string): string {
  const read = (label: string): string => {
    const fenced = new RegExp(`\\[\\[${label} \\w+\\]\\]\\n(.*)\\n`, 'u').exec(prompt)?.[1];
    return JSON.parse(fenced ?? '""') as string;
  };
  const note = read('NOTE');
  const answers = read('FACTS')
    .split('\n')
    .map((line) => /^(\d+)\. (.*)$/u.exec(line) ?? [])
    .map(([, number = '', fact = '']) => {
      const isSame = fact.split(' ').every((word) => note.includes(word.slice(0, 4)));
      return [number, isSame ? 'yes' : 'no'];
    });
  return JSON.stringify(Object.fromEntries(answers));
}

function judgeAsAsked(prompt: string): string {
  const reply = /\[\[REPLY \w+\]\]\n(.*)\n/.exec(prompt)?.[1] ?? '';
  const verdict = reply.includes('?') ? 'yes' : 'no';
  return JSON.stringify({
    naturalness: { verdict: 'yes', reason: 'fine' },
    relevance: { verdict: 'yes', reason: 'fine' },
    logic: { verdict: 'yes', reason: 'fine' },
    engagement: { verdict, reason: 'a question is asked, or not' },
    informativeness: { verdict: 'yes', reason: 'fine' },
  });
}

function speakAsAsked(prompt: string): string {
  const task = /Your task: (.*)/.exec(prompt)?.[1] ?? '';
  const items = [...task.matchAll(/"([^"]+)"/g)].map(([, item]) => item);
  if (task.startsWith('Say this') && items.length > 0) return `Hm, ${items.join('. ')}.`;
  const other = /neighbour or colleague\) (.*?)\. It is/.exec(task)?.[1];
  if (other !== undefined) return `My neighbour ${other}.`;
  if (task.startsWith('You were asked')) return 'You asked me that before.';
  return 'Hm, not much to say to that.';
}
