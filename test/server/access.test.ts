/** Who may ask what: keys, scopes, people, limits, names of the machine, pages elsewhere; and what is logged. */
import * as http from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { scopes } from '../../src/api/index.ts';
import { serve } from '../../src/app/serve/serve.ts';
import { createFullKey, hashKey, type ApiKey } from '../../src/server/index.ts';
import { openTestServer, output, type TestServer, type TestServerOptions } from './open-server.ts';

const servers: TestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
const open = async (options: TestServerOptions = {}): Promise<TestServer> => {
  const server = await openTestServer(options);
  servers.push(server);
  return server;
};

const bearer = (secret: string): Readonly<Record<string, string>> => ({
  authorization: `Bearer ${secret}`,
});
const chat = { user: 'anna', messages: [{ role: 'user', content: 'I live in Oslo' }] };

/** Every route with the scope that it takes. */
const routes: readonly (readonly [string, string, unknown, (typeof scopes)[number]])[] = [
  ['POST', '/v1/chat/completions', chat, 'chat'],
  ['GET', '/v1/models', undefined, 'chat'],
  ['GET', '/v1/models/test-model', undefined, 'chat'],
  ['GET', '/v1/users/anna/profile', undefined, 'profile:read'],
  ['GET', '/v1/users/anna/profile?format=text', undefined, 'profile:read'],
  ['POST', '/v1/users/anna/profile', { slot: 'likes', value: 'tea' }, 'profile:write'],
  ['PATCH', '/v1/users/anna/profile/e_1', { pinned: true }, 'profile:write'],
  ['DELETE', '/v1/users/anna/profile/e_1', undefined, 'profile:write'],
  ['GET', '/v1/users/anna/profile/e_1/history', undefined, 'profile:read'],
  ['GET', '/v1/users/anna/history', undefined, 'profile:read'],
  ['GET', '/v1/users/anna/export', undefined, 'profile:read'],
  ['POST', '/v1/users/anna/import', { entries: [] }, 'profile:write'],
  ['GET', '/metrics', undefined, 'metrics'],
  ['DELETE', '/v1/users/anna', undefined, 'erase'],
];

describe('keys', () => {
  it('are asked for by every route but those that tell nothing', async () => {
    const server = await open({ keys: [createFullKey('secret-key')] });
    for (const [method, path, body] of [...routes, ['GET', '/v1/users/anna/events'] as const]) {
      const answer = await server.ask(method, path, body);
      expect([path, answer.status]).toEqual([path, 401]);
      expect(answer.body).toMatchObject({ error: { type: 'authentication_error' } });
    }
    expect((await server.ask('GET', '/v1/models', undefined, bearer('other'))).status).toBe(401);
    for (const path of ['/healthz', '/readyz', '/openapi.json']) {
      expect((await server.ask('GET', path)).status).toBe(200);
    }
  });

  it('open the routes of their scopes and no other', async () => {
    const keys = scopes.map((scope): ApiKey => {
      return {
        name: scope,
        sha256: hashKey(`key of ${scope}`.replaceAll(' ', '-')),
        scopes: [scope],
      };
    });
    const server = await open({ keys, answer: () => output('', 'hi') });
    for (const [method, path, body, needed] of routes) {
      for (const scope of scopes) {
        const headers = bearer(`key of ${scope}`.replaceAll(' ', '-'));
        const { status } = await server.ask(method, path, body, headers);
        const isOpen = status !== 403 && status !== 401;
        expect([path, scope, isOpen]).toEqual([path, scope, scope === needed]);
      }
    }
  });

  it('for some people open nobody else', async () => {
    const server = await open({
      keys: [{ ...createFullKey('secret-key'), users: ['anna'] }],
      answer: () => output('', 'hi'),
    });
    const headers = bearer('secret-key');
    for (const [method, path, body] of routes.filter(([, each]) => each.includes('anna'))) {
      const { status } = await server.ask(method, path.replace('anna', 'ben'), body, headers);
      expect([path, status]).toEqual([path, 403]);
    }
    const ask = (user: string | undefined): Promise<{ status: number }> =>
      server.ask('POST', '/v1/chat/completions', { ...chat, user }, headers);
    expect((await ask('ben')).status).toBe(403);
    expect((await ask(undefined)).status).toBe(403);
    expect((await ask('anna')).status).toBe(200);
  });

  it('must be there where others can reach the server', async () => {
    await expect(openTestServer({ host: '0.0.0.0' })).rejects.toThrow(/must have keys/u);
    const server = await open({ host: '0.0.0.0', keys: [createFullKey('secret-key')] });
    expect(server.url).toContain('0.0.0.0');
  });
});

describe('limits', () => {
  it('turn away who asks too often, by key and by person, and say when to come back', async () => {
    const server = await open({ limits: { requestsPerMinute: 5, messagesPerMinute: 2 } });
    const statuses = [];
    for (let index = 0; index < 4; index += 1) {
      statuses.push((await server.ask('POST', '/v1/chat/completions', chat)).status);
    }
    expect(statuses).toEqual([200, 200, 429, 429]);
    expect((await server.ask('GET', '/v1/models')).status).toBe(200);
    const turned = await server.ask('GET', '/v1/models');
    expect(turned.status).toBe(429);
    expect(Number(turned.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(turned.body).toMatchObject({ error: { type: 'rate_limit_error' } });
  });

  it('bound how many replies are written at once', async () => {
    let release: (text: string) => void = () => undefined;
    const waiting = new Promise<string>((resolve) => (release = resolve));
    const server = await open({
      limits: { concurrentChats: 1 },
      answer: ({ messages }) =>
        messages.at(-1)?.content === 'slow' ? waiting : output('', 'at once'),
    });
    const slow = server.say('anna', 'slow');
    await expect
      .poll(async () => (await server.ask('GET', '/metrics')).body as string)
      .toMatch(/rlpa_chats_under_way 1/u);
    const turned = await server.ask('POST', '/v1/chat/completions', chat);
    expect(turned.status).toBe(503);
    release(output('', 'done'));
    expect(await slow).toMatchObject({ object: 'chat.completion' });
    expect((await server.ask('POST', '/v1/chat/completions', chat)).status).toBe(200);
  });
});

/** A request under a name of its own: `fetch` sets the header itself. */
function askAs(server: TestServer, headers: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = http.get(`${server.url}/v1/models`, { headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.once('error', reject);
  });
}

/** A server as the command starts it, of a model that nobody asks. */
const served = {
  ...{ port: 0, store: null },
  upstream: { baseUrl: 'http://127.0.0.1:9/v1', model: 'any', key: null },
};

describe('pages elsewhere', () => {
  it('that point their name at this machine are refused (DNS rebinding)', async () => {
    const server = await open();
    const { port } = new URL(server.url);
    for (const host of ['evil.example', `evil.example:${port}`, 'localhost.evil.example']) {
      expect([host, await askAs(server, { host })]).toEqual([host, 403]);
    }
    for (const host of [`localhost:${port}`, `127.0.0.1:${port}`]) {
      expect(await askAs(server, { host })).toBe(200);
    }
  });

  it('may not ask unless their origin was let in', async () => {
    const closed = await open();
    const headers = { origin: 'https://app.example' };
    const refused = await closed.ask('GET', '/v1/models', undefined, headers);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('access-control-allow-origin')).toBeNull();
    const own = await closed.ask('GET', '/v1/models', undefined, { origin: closed.url });
    expect(own.status).toBe(200);
    const opened = await open({ corsOrigins: ['https://app.example'] });
    const letIn = await opened.ask('GET', '/v1/models', undefined, headers);
    expect(letIn.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(letIn.headers.get('access-control-expose-headers')).toBe('retry-after');
    const other = await opened.ask('GET', '/v1/models', undefined, { origin: 'https://x.example' });
    expect(other.status).toBe(403);
  });

  it.each([
    ['http://localhost:3000/', 'http://localhost:3000'],
    ['https://App.example', 'https://app.example'],
    ['https://app.example:443', 'https://app.example'],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['*', 'https://any.example'],
  ])('are let in by %s as browsers spell it', async (given, origin) => {
    const serving = await serve({ ...served, corsOrigins: [given] });
    try {
      const answer = await fetch(`${serving.url}/healthz`, { headers: { origin } });
      expect(answer.status).toBe(200);
      expect([origin, '*']).toContain(answer.headers.get('access-control-allow-origin'));
    } finally {
      await serving.close();
    }
  });

  it.each(['notaurl', 'localhost:3000', 'https://app.example/chat', 'https://', 'null'])(
    'are not let in by %s, which is no origin: the server does not start',
    async (given) => {
      await expect(serve({ ...served, corsOrigins: [given] })).rejects.toMatchObject({
        ...{ code: 'cors_invalid', exitCode: 2 },
        message: expect.stringContaining(given),
        hint: expect.stringContaining('--cors'),
      });
    },
  );

  it('may send the headers of their client, once they are let in', async () => {
    const server = await open({ corsOrigins: ['https://app.example'] });
    const asked = 'authorization,content-type,x-stainless-os,x-rlpa-user';
    const answer = await server.ask('OPTIONS', '/v1/chat/completions', undefined, {
      origin: 'https://app.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': asked,
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-headers')).toBe(asked);
  });
});

describe('an address', () => {
  it.each([
    ['GET', '/v1/chat/completions', 'POST'],
    ['PUT', '/v1/users/anna/profile', 'GET, HEAD, POST'],
    ['POST', '/v1/users/anna', 'DELETE'],
    ['DELETE', '/healthz', 'GET, HEAD'],
  ])('that is asked by %s, %s, says which methods it takes', async (method, path, allow) => {
    const server = await open();
    const answer = await server.ask(method, path);
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe(allow);
    expect(answer.body).toMatchObject({
      error: {
        code: 'method_not_allowed',
        message: expect.stringContaining(allow.split(', ')[0]!),
      },
    });
  });

  it.each([
    ['/v1/models/', '/v1/models?'],
    ['/models', '/v1/models?'],
    ['/chat/completions/', '/v1/chat/completions?'],
    ['/users/somebody%20with-a-long-name/profile', '/v1/users/{id}/profile?'],
    ['/v1/chat/completion', '/v1/chat/completions?'],
  ])('like %s is told which one is meant', async (path, meant) => {
    const server = await open();
    const answer = await server.ask('GET', path);
    expect(answer.status).toBe(404);
    expect(answer.body).toMatchObject({
      error: { code: 'no_such_route', message: expect.stringContaining(`Did you mean ${meant}`) },
    });
  });

  it('like no other is told where they are listed', async () => {
    const server = await open();
    const { body } = await server.ask('GET', '/something/else/altogether');
    expect(body).toMatchObject({
      error: { message: 'There is nothing here. GET /openapi.json lists what there is.' },
    });
  });
});

describe('the log and the metrics', () => {
  it('name routes, statuses and keys, and hold no word of anybody', async () => {
    const server = await open({
      keys: [createFullKey('secret-key', 'app')],
      answer: ({ messages }) => {
        if (messages.at(-1)?.content.includes('break') === true) throw new Error('prompt: Xanadu');
        return output('+ home_ Xanadu', 'Xanadu it is');
      },
    });
    const headers = bearer('secret-key');
    const ask = (path: string, body?: unknown): Promise<{ status: number; body: never }> =>
      server.ask(body === undefined ? 'GET' : 'POST', path, body, headers);
    await ask('/v1/chat/completions', {
      ...{ user: 'ann-secret-name' },
      messages: [{ role: 'user', content: 'I live in Xanadu' }],
    });
    const broken = await ask('/v1/chat/completions', {
      messages: [{ role: 'user', content: 'break Xanadu' }],
    });
    expect(broken.status).toBe(500);
    await ask('/v1/users/ann-secret-name/profile?q=Xanadu');
    await ask('/v1/users/ann-secret-name/profile/e_1');
    await ask('/nothing/ann-secret-name');
    const metrics = (await ask('/metrics')).body as string;
    const written = server.log.join('') + metrics;
    expect(written).not.toMatch(/Xanadu|ann-secret-name|secret-key/u);
    const lines = server.log.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toContainEqual(
      expect.objectContaining({ route: 'POST /v1/chat/completions', status: 200, key: 'app' }),
    );
    expect(lines.find(({ msg }) => msg === 'failed')).toMatchObject({ code: 'internal_error' });
    expect(metrics).toMatch(/rlpa_profile_changes_total 1/u);
    expect(metrics).toMatch(/rlpa_store_seconds_count/u);
  });
});

describe('closing', () => {
  it('finishes what is being written, and ends streams of events', async () => {
    let release: (text: string) => void = () => undefined;
    const waiting = new Promise<string>((resolve) => (release = resolve));
    const server = await openTestServer({ answer: () => waiting });
    const saying = server.say('anna', 'slow');
    const events = await fetch(`${server.url}/v1/users/anna/events`);
    await expect
      .poll(async () => (await server.ask('GET', '/metrics')).body as string)
      .toMatch(/rlpa_chats_under_way 1/u);
    // Nobody is cut off, and nobody who has been answered is waited for.
    const closing = server.close(3600);
    release(output('', 'done'));
    expect(await saying).toMatchObject({ choices: [{ message: { content: 'done' } }] });
    expect(await events.text()).toContain('sequence');
    await closing;
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
  });
});

describe('the document', () => {
  it('lists every route with the schemas that the server checks by', async () => {
    const server = await open();
    const document = (await server.ask('GET', '/openapi.json')).body as {
      readonly openapi: string;
      readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
      readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
    };
    expect(document.openapi).toBe('3.1.0');
    const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(listed.sort()).toEqual(
      [
        'DELETE /v1/users/{id}',
        'DELETE /v1/users/{id}/profile/{entry}',
        'GET /v1/models',
        'GET /v1/models/{model}',
        'GET /v1/users/{id}/events',
        'GET /v1/users/{id}/export',
        'GET /v1/users/{id}/history',
        'GET /v1/users/{id}/profile',
        'GET /v1/users/{id}/profile/{entry}/history',
        'PATCH /v1/users/{id}/profile/{entry}',
        'POST /v1/chat/completions',
        'POST /v1/users/{id}/import',
        'POST /v1/users/{id}/observe',
        'POST /v1/users/{id}/profile',
      ].sort(),
    );
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(['Entry', 'Change', 'ChatRequest', 'Error', 'TurnReport']),
    );
  });
});
