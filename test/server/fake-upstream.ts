/** A server of OpenAI's API that streams what a function says; whatever it does wrong, it is told to. */
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';

export type UpstreamBody = {
  readonly model: string;
  readonly stream?: boolean;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
};

export type FakeUpstream = {
  /** With the version. */
  readonly url: string;
  readonly seen: { readonly body: UpstreamBody; readonly headers: http.IncomingHttpHeaders }[];
  close(): Promise<void>;
};

/** What it sends back: a text as a stream, or whatever a function writes. */
export type UpstreamAnswer = (
  body: UpstreamBody,
  response: http.ServerResponse,
) => string | undefined | Promise<string | undefined>;

/** Starts it. */
export async function startUpstream(answer: UpstreamAnswer): Promise<FakeUpstream> {
  const seen: FakeUpstream['seen'] = [];
  const server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      const body = JSON.parse(text) as UpstreamBody;
      seen.push({ body, headers: request.headers });
      void Promise.resolve(answer(body, response)).then((reply) => {
        if (reply !== undefined) streamText(response, reply);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Writes a reply as the events of a stream, a few letters at a time. */
export function streamText(response: http.ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (event: object): void => void response.write(`data: ${JSON.stringify(event)}\n\n`);
  for (let at = 0; at < text.length; at += 5) {
    send({ choices: [{ index: 0, delta: { content: text.slice(at, at + 5) } }] });
  }
  send({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  send({ choices: [], usage: { prompt_tokens: 20, completion_tokens: 10 } });
  response.end('data: [DONE]\n\n');
}
