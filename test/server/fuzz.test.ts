/**
 * Bodies, ids and queries that nobody expected: refused or answered, never a fault of the server.
 *
 * `RLPA_FUZZ_CASES=10000 npx vitest run test/server/fuzz.test.ts` is the long form.
 */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestServer, output, type TestServer } from './open-server.ts';

const cases = Number(process.env['RLPA_FUZZ_CASES'] ?? 300);
let server: TestServer;
beforeAll(async () => {
  server = await openTestServer({
    limits: { messagesPerMinute: null, bodyBytes: 200_000 },
    answer: () => output('+ home_ Oslo + likes_ jazz', 'hello'),
  });
});
afterAll(() => server.close());

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    "'; drop table users; --",
    '../../etc/passwd',
    '%00',
    '\u0000',
    '😀',
    '\ud800',
  ),
);
const anything = fc.anything({ maxDepth: 3, withNullPrototype: false });
const message = fc.record(
  {
    role: fc.oneof(fc.constantFrom('user', 'system', 'assistant', 'tool'), text),
    content: fc.oneof(text, anything),
  },
  { requiredKeys: [] },
);
const chatBody = fc.record(
  {
    model: fc.oneof(fc.constant('test-model'), anything),
    messages: fc.oneof(
      fc.array(message, { maxLength: 5 }),
      fc.constant([{ role: 'user', content: 'I live in Oslo' }]),
      anything,
    ),
    user: fc.oneof(text, anything),
    safety_identifier: fc.oneof(text, anything),
    stream: fc.oneof(fc.boolean(), anything),
    stream_options: anything,
    temperature: fc.oneof(fc.double(), anything),
    max_tokens: fc.oneof(fc.integer(), anything),
    n: fc.oneof(fc.integer({ min: -1, max: 3 }), anything),
    seed: anything,
    metadata: fc.oneof(
      fc.record({ user_id: fc.oneof(text, anything), memory: anything }),
      anything,
    ),
    rlpa: anything,
    tools: anything,
    response_format: anything,
  },
  { requiredKeys: [] },
);

const send = async (
  method: string,
  path: string,
  body: string | undefined,
): Promise<{ readonly status: number; readonly text: string }> => {
  const response = await fetch(`${server.url}${path}`, {
    method,
    ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
  });
  return { status: response.status, text: await response.text() };
};

/** What JSON cannot hold is left to the writer: a body is what comes out. */
const write = (value: unknown): string => {
  try {
    return JSON.stringify(value, (_key, each: unknown) =>
      typeof each === 'bigint' ? String(each) : each,
    );
  } catch {
    return '{';
  }
};

const checkAnswer = ({ status, text: answer }: { status: number; text: string }): void => {
  expect(status).toBeLessThan(500);
  if (status >= 400) expect(JSON.parse(answer)).toHaveProperty('error.message');
};

it(`answers ${cases} bodies of a chat, or refuses them`, async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(chatBody.map(write), anything.map(write), text), async (body) => {
      checkAnswer(await send('POST', '/v1/chat/completions', body ?? ''));
    }),
    { numRuns: cases, seed: 7 },
  );
});

const routes = [
  ['GET', '/profile'],
  ['POST', '/profile'],
  ['PATCH', '/profile/e_1'],
  ['DELETE', '/profile/e_1'],
  ['GET', '/profile/e_1/history'],
  ['GET', '/history'],
  ['GET', '/export'],
  ['POST', '/import'],
  ['POST', '/observe'],
] as const;

it(`answers ${cases} requests for a profile, or refuses them`, async () => {
  const profileBody = fc.record(
    {
      slot: fc.oneof(fc.constantFrom('home', 'likes', 'nonsense'), text, anything),
      value: fc.oneof(text, anything),
      pinned: fc.oneof(fc.boolean(), anything),
      entries: fc.oneof(fc.array(anything, { maxLength: 3 }), anything),
      messages: fc.oneof(fc.array(message, { maxLength: 2 }), anything),
    },
    { requiredKeys: [] },
  );
  const query = fc.record(
    { format: text, max_tokens: text, q: text, before: text, limit: text },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...routes),
      text,
      profileBody,
      query,
      async (route, id, body, asked) => {
        const [method, path] = route;
        const search = new URLSearchParams(asked as Record<string, string>).toString();
        const name = encodeURIComponent(id.replace(/\p{Cs}/gu, ''));
        const target = `/v1/users/${name}${path}?${search}`;
        const isSent = method === 'POST' || method === 'PATCH';
        checkAnswer(await send(method, target, isSent ? write(body) : undefined));
      },
    ),
    { numRuns: cases, seed: 11 },
  );
});

it.each(['%ff', 'anna%', '%zz', '%c3%28', '%61%80'])(
  'refuses a path with %s in it, which is nobody',
  async (id) => {
    for (const path of [`/v1/users/${id}/profile`, `/v1/users/anna/profile/${id}`, `/${id}`]) {
      const { status, text } = await send('GET', path, undefined);
      expect(status).toBe(400);
      expect(JSON.parse(text)).toMatchObject({ error: { code: 'invalid_path' } });
    }
  },
);

it('keeps people apart whose ids differ by a letter, a slash or a trick', async () => {
  const ids = [
    'anna',
    'anna ',
    'Anna',
    'anna/',
    'anna/profile',
    '../anna',
    'anna%2F',
    'anna%00',
    "anna' or '1'='1",
    'anna"; drop table entries; --',
    'änna',
    'a\u0308nna',
    '安娜',
    '👩‍👩‍👧',
    'anna?x=1',
    'anna#1',
    '%61nna',
    '__proto__',
    'constructor',
    'null',
    '*',
    'علی\u200cرضا',
  ];
  for (const id of ids) {
    const path = `/v1/users/${encodeURIComponent(id)}/profile`;
    const added = await send(
      'POST',
      path,
      JSON.stringify({ slot: 'home', value: `Home of ${ids.indexOf(id)}` }),
    );
    expect([id, added.status]).toEqual([id, 201]);
  }
  for (const id of ids) {
    const { text: answer } = await send(
      'GET',
      `/v1/users/${encodeURIComponent(id)}/profile`,
      undefined,
    );
    const profile = JSON.parse(answer) as { user: string; entries: { value: string }[] };
    expect(profile.user).toBe(id);
    expect(profile.entries.map(({ value }) => value)).toEqual([`Home of ${ids.indexOf(id)}`]);
  }
});
