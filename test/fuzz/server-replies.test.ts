/** What remote models answer, as users, judges and matchers; well formed, wrong, endless, or nothing. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import fc from 'fast-check';
import {
  startFakeServer,
  type FakeServer,
  type Misbehaviour,
} from '../fake-server/fake-model-server.ts';
import { checkCases } from './check-cases.ts';
import { oddNumbers, oddTexts, oddValues } from './values.ts';

/** A whole reply of a chat or an embedding server in which one part is odd. */
const pages = fc.oneof(
  fc.tuple(oddValues, oddValues).map(([content, usage]) => ({
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage,
  })),
  fc.tuple(oddTexts, oddNumbers, oddNumbers).map(([content, prompt, completion]) => ({
    choices: [{ message: { content } }],
    usage: { prompt_tokens: prompt, completion_tokens: completion },
  })),
  fc.array(fc.array(oddNumbers, { maxLength: 4 }), { maxLength: 3 }).map((vectors) => ({
    data: vectors.map((embedding, index) => ({ index, embedding })),
    usage: { prompt_tokens: 1 },
  })),
  oddValues,
);

const misbehaviours: fc.Arbitrary<Misbehaviour | null> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  {
    weight: 4,
    arbitrary: pages.map(
      (page) => ({ kind: 'malformed', page: JSON.stringify(page) ?? '' }) as const,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('status' as const),
      status: fc.constantFrom(400, 401, 403, 404, 408, 413, 429, 500, 503, 529, 599),
      retryAfter: fc.oneof(
        fc.constantFrom('0', '0.1', '-1', 'soon', '1e-9'),
        oddTexts.filter(isHeader),
      ),
      page: oddTexts,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Misbehaviour>(
      ...([
        { kind: 'endless' },
        { kind: 'flood', status: 200 },
        { kind: 'flood', status: 500, chunkBytes: 1 << 20 },
        { kind: 'redirect', status: 302, location: 'http://127.0.0.1:1/' },
        { kind: 'redirect', status: 307, location: '/v1/chat/completions' },
        { kind: 'cut', at: 'start' },
        { kind: 'cut', at: 'body' },
        { kind: 'malformed' },
        { kind: 'content_type', type: 'text/html' },
        { kind: 'no_usage' },
        { kind: 'babble' },
        { kind: 'slow', milliseconds: 1500 },
      ] satisfies Misbehaviour[]),
    ),
  },
);

function isHeader(text: string): boolean {
  return /^[\x20-\x7e]*$/u.test(text);
}

/** What a user, a judge or a matcher says. */
const answers = fc.oneof(
  oddTexts,
  fc.constantFrom(
    ...['{"score": 1}', '{"score": 1e308}', '{"verdict": "yes"}', '```json\n{"score": 0.5}\n```'],
    ...[
      '{"naturalness": 1, "relevance": 1}',
      'I like tea. '.repeat(2000),
      '<profile> + x </profile>',
    ],
    ...['(smiles) '.repeat(3000), '*'.repeat(20_000), '['.repeat(50_000), '{"a":'.repeat(20_000)],
    ...[
      'I am a nurse and I love green tea.',
      '1, 2, 3',
      'none',
      '"',
      ' '.repeat(50_000),
      '\n'.repeat(9000),
    ],
  ),
);

const set = (...assignments: readonly string[]): string[] =>
  assignments.flatMap((text) => ['--set', text]);

type Case = {
  readonly role: 'user' | 'judge' | 'matcher' | 'embeddings';
  readonly misbehaviours: readonly (Misbehaviour | null)[];
  readonly answers: readonly string[];
  readonly retries: number;
};

const roles: Readonly<Record<Case['role'], readonly string[]>> = {
  user: ['--users', 'model'],
  judge: ['--judge', 'model'],
  matcher: set('world.matching.kind=model'),
  embeddings: set('world.matching.kind=embeddings'),
};

let server: FakeServer | undefined;

checkCases<Case>({
  name: 'replies of servers',
  share: 0.08,
  cases: fc.record({
    role: fc.constantFrom<Case['role']>('user', 'judge', 'matcher', 'embeddings'),
    misbehaviours: fc.array(misbehaviours, { minLength: 1, maxLength: 4 }),
    answers: fc.array(answers, { minLength: 1, maxLength: 3 }),
    retries: fc.constantFrom(0, 1),
  }),
  prepare: async (given, places) => {
    let calls = 0;
    const { misbehaviours: faults, answers: texts } = given;
    server = await startFakeServer({
      misbehave: (index) => faults[index % faults.length] ?? null,
      answer: () => texts[(calls += 1) % texts.length] ?? '',
    });
    const people = path.join(places.case, 'people.jsonl');
    const rows = ['"She is a baker. She loves cats."', '"He is a nurse. He plays chess."'];
    fs.writeFileSync(people, `${rows.join('\n')}\n`);
    const address = ['user', 'judge', 'embeddings'].flatMap((section) => [
      `models.${section}.baseUrl=${server?.baseUrl ?? ''}`,
      `models.${section}.model=m`,
    ]);
    const limits = [`models.limits.retries=${given.retries}`, 'models.limits.timeoutSeconds=1'];
    const waits = ['models.limits.firstWaitSeconds=0.01', 'models.limits.longestWaitSeconds=0.05'];
    const args = ['simulate', '--personas', people, '--turns', '2', '--threads', '1', '--json'];
    return {
      args: [
        ...[...args, ...roles[given.role]],
        ...set(...address, ...limits, ...waits, 'models.cache=null', 'models.budget.calls=12'),
      ],
      input: '',
    };
  },
  cleanUp: async () => {
    await server?.close();
  },
});
