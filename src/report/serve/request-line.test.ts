/**
 * Requests that no browser would make: whatever stands in the request line or the Host header, the
 * server lives on, and nothing but the page's own answers leaves it.
 */
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFakeRun } from '../testing/fake-run.ts';
import { isMeantFor, parseHost } from '../../base/index.ts';
import { serveReport, type ReportServer } from './index.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-request-'));
const secret = 'kept-to-itself-4711';
let server: ReportServer;
let port: number;

beforeAll(async () => {
  const run = await createFakeRun(path.join(root, 'run'), 1);
  fs.writeFileSync(run.file('notes.txt'), secret);
  fs.writeFileSync(path.join(root, 'notes.txt'), secret);
  server = await serveReport({ directory: run.directory, host: '127.0.0.1', port: 0 });
  port = Number(new URL(server.url).port);
});

afterAll(async () => {
  await server.close();
  fs.rmSync(root, { recursive: true });
});

/** Sends bytes as they are; what came back until the server hung up, or had nothing to say. */
function send(head: string, hostHeader = `Host: 127.0.0.1:${port}\r\n`): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = net.connect(port, '127.0.0.1');
    socket.setTimeout(20_000, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(answer));
    socket.write(`${head}\r\n${hostHeader}Connection: close\r\n\r\n`, 'latin1');
  });
}

const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3}) /u.exec(answer)?.[1] ?? 0);
const isAlive = async (): Promise<boolean> => (await fetch(new URL('/state', server.url))).ok;

describe('a request line', () => {
  const odd: readonly (readonly [line: string, status: number])[] = [
    ['GET // HTTP/1.1', 404],
    ['GET ///// HTTP/1.1', 404],
    ['GET //evil.example/ HTTP/1.1', 404],
    ['GET /\\evil.example HTTP/1.1', 400],
    ['GET http://evil.example/ HTTP/1.1', 403],
    ['GET http://evil.example:80/state HTTP/1.1', 403],
    ['GET http:// HTTP/1.1', 400],
    ['GET ftp://127.0.0.1/ HTTP/1.1', 400],
    ['GET * HTTP/1.1', 400],
    ['GET ? HTTP/1.1', 400],
    ['GET /%00 HTTP/1.1', 404],
    ['GET /%zz HTTP/1.1', 404],
    ['GET /%E0%A4%A HTTP/1.1', 404],
    ['GET /\xff\xfe HTTP/1.1', 400],
    ['GET /.. HTTP/1.1', 200],
    ['GET /../notes.txt HTTP/1.1', 404],
    ['GET /%2e%2e/notes.txt HTTP/1.1', 404],
    ['GET /..%2fnotes.txt HTTP/1.1', 404],
    ['GET /notes.txt HTTP/1.1', 404],
    ['GET /config.json HTTP/1.1', 404],
    ['GET /episodes/iteration-00001.jsonl HTTP/1.1', 404],
    ['GET /episodes HTTP/1.1', 404],
    ['GET /episodes?iteration=../../notes.txt HTTP/1.1', 404],
    ['GET /episodes?iteration=NaN HTTP/1.1', 404],
    ['GET /episodes?iteration=1&iteration=2 HTTP/1.1', 200],
    ['GET /episodes?iteration=%E0%A4%A HTTP/1.1', 404],
    [`GET /${'a'.repeat(100_000)} HTTP/1.1`, 431],
    [`GET /${'%2e%2e/'.repeat(1000)}notes.txt HTTP/1.1`, 404],
    ['HEAD / HTTP/1.1', 200],
    ['POST / HTTP/1.1', 405],
    ['DELETE /state HTTP/1.1', 405],
    ['OPTIONS * HTTP/1.1', 400],
    ['TRACE / HTTP/1.1', 405],
    ['BREW / HTTP/1.1', 400],
    ['GET / HTTP/9.9', 400],
    ['', 400],
  ];

  const named = odd.map(([line, status]) => ({ name: line.slice(0, 40), line, status }));

  it.each(named)('$name is answered with $status', async ({ line, status }) => {
    const answer = await send(line);
    expect(statusOf(answer)).toBe(status);
    expect(answer).not.toContain(secret);
    expect(await isAlive()).toBe(true);
  });

  it('made of anything at all neither ends the server nor gets a file', async () => {
    const piece = fc.oneof(
      fc.constantFrom('/', '//', '\\', '..', '%2e', '%00', '%', '?', '#', ':', '@', '[', ']', '*'),
      fc.constantFrom('http://', 'https://', 'file:///', 'notes.txt', 'state', 'episodes', '\t'),
      fc.string({ unit: 'binary', maxLength: 6 }),
    );
    const target = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
    const method = fc.oneof(
      { weight: 6, arbitrary: fc.constant('GET') },
      fc.constantFrom('HEAD', 'POST', 'PUT', 'CONNECT', 'OPTIONS', 'TRACE', 'get', ''),
    );
    const host = fc.oneof(
      { weight: 4, arbitrary: fc.constant(`Host: 127.0.0.1\r\n`) },
      fc.string({ maxLength: 12 }).map((text) => `Host: ${text}\r\n`),
      fc.constantFrom('', 'Host: \r\n', 'Host: a\r\nHost: b\r\n', 'Upgrade: websocket\r\n'),
    );
    await fc.assert(
      fc.asyncProperty(method, target, host, async (verb, text, header) => {
        const answer = await send(`${verb} ${text} HTTP/1.1`, header);
        expect(answer).not.toContain(secret);
        expect(statusOf(answer)).not.toBe(500);
        if (statusOf(answer) === 200) expect(verb).toMatch(/^(?:GET|HEAD)$/u);
      }),
      { seed: 20, numRuns: 500 },
    );
    expect(await isAlive()).toBe(true);
  });
});

describe('the Host header', () => {
  it.each([
    ['127.0.0.1', 'localhost', true],
    ['127.0.0.1', '[::1]', true],
    ['127.0.0.1', '127.9.9.9', true],
    ['127.0.0.1', '127.1', true],
    ['127.0.0.1', '192.0.2.7', false],
    ['127.0.0.1', 'evil.example', false],
    ['127.0.0.2', 'evil.example', false],
    ['127.0.0.2', '192.0.2.7', false],
    ['127.0.0.2', '127.evil.example', false],
    ['::1', 'evil.example', false],
    ['localhost', 'evil.example', false],
    ['127.0.0.1', 'localhost.evil.example', false],
    ['0.0.0.0', 'evil.example', false],
    ['0.0.0.0', '192.0.2.7', true],
    ['::', '[2001:db8::1]', true],
    ['0.0.0.0', os.hostname(), true],
    ['lab.example', 'Lab.Example', true],
    ['lab.example', 'evil.example', false],
  ])('of a server on %s asked as %s: %s', (bound, asked, isLet) => {
    const host = parseHost(`${asked}:4747`);
    expect(host).not.toBeNull();
    expect(isMeantFor(bound, host!)).toBe(isLet);
  });

  it.each(['', 'a/b', 'a b', 'user@localhost', 'localhost?', '127.0.0.1:x', '127.0.0.1/../a'])(
    'of %j is no host',
    (authority) => {
      expect(parseHost(authority)).toBeNull();
    },
  );

  it('must be there, and must be no other than the one in the request line', async () => {
    expect(statusOf(await send('GET /state HTTP/1.0', ''))).toBe(400);
    expect(
      statusOf(await send('GET http://127.0.0.1/state HTTP/1.1', 'Host: evil.example\r\n')),
    ).toBe(403);
    expect(
      statusOf(await send('GET /state HTTP/1.1', 'Host: a.example\r\nHost: 127.0.0.1\r\n')),
    ).toBe(403);
  });
});

it('lets a link from elsewhere open the page, and nothing elsewhere load it', async () => {
  const ask = async (what: string, site: string, mode: string): Promise<number> => {
    const fetched = `Sec-Fetch-Site: ${site}\r\nSec-Fetch-Mode: ${mode}\r\n`;
    return statusOf(await send(`GET ${what} HTTP/1.1`, `Host: localhost:${port}\r\n${fetched}`));
  };
  expect(await ask('/', 'cross-site', 'navigate')).toBe(200);
  expect(await ask('/episodes?iteration=1', 'cross-site', 'no-cors')).toBe(403);
  expect(await ask('/state', 'same-site', 'cors')).toBe(403);
  expect(await ask('/state', 'same-origin', 'cors')).toBe(200);
  const page = await send('GET / HTTP/1.1');
  expect(page).toMatch(/^x-frame-options: DENY\r$/imu);
  expect(page).toMatch(/^cross-origin-resource-policy: same-origin\r$/imu);
});
