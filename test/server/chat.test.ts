/** Chats over HTTP: the protocol stays inside, profiles are kept, failures have the shape clients expect. */
import * as path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { ChatChunk, ChatCompletion, ModelList, ProfileView } from '../../src/api/index.ts';
import { ProviderError, StoreError } from '../../src/base/index.ts';
import { createClient } from '../../src/client/index.ts';
import { openProfileStore } from '../../src/memory/index.ts';
import { loadTokenizer } from '../../src/tokenizer/index.ts';
import { createSpeller } from '../../src/worlds/small-world/words.ts';
import {
  createAnsweringModel,
  openTestServer,
  output,
  personDialect,
  type Answer,
  type TestServer,
  type TestServerOptions,
} from './open-server.ts';
import { startServer, stop } from './start-server.ts';

const trained = path.resolve(import.meta.dirname, '../../assets/trained/small-world');

const servers: TestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});
const open = async (options: TestServerOptions | Answer = {}): Promise<TestServer> => {
  const server = await openTestServer(
    typeof options === 'function' ? { answer: options } : options,
  );
  servers.push(server);
  return server;
};

const lastMessage = (messages: readonly { readonly content: string }[]): string =>
  messages.at(-1)?.content ?? '';

async function readChunks(server: TestServer, body: object): Promise<string[]> {
  const response = await fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ stream: true, ...body }),
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const text = await response.text();
  return text
    .split('\n\n')
    .filter((part) => part !== '')
    .map((part) => part.replace(/^data: /u, ''));
}

describe('a model that is shown the whole conversation', () => {
  it('knows in every turn of a new conversation what was known before, and reads on where it stood', async () => {
    const chat = createAnsweringModel(({ messages }) =>
      lastMessage(messages).includes('Oslo')
        ? output('+ home_ Oslo', 'Noted.')
        : output('', 'Yes.'),
    );
    const server = await open({ chat, served: { dialect: { ...personDialect, contextTurns: 0 } } });
    await server.say('anna', 'I live in Oslo');
    const said = [{ role: 'user', content: 'Good morning' }];
    for (const text of ['How are you?', 'And now?']) {
      const { choices }: ChatCompletion = await server.say('anna', '', { messages: said });
      said.push({ role: 'assistant', content: choices[0]!.message.content! });
      said.push({ role: 'user', content: text });
    }
    await server.say('anna', '', { messages: said });
    const [, first, second, third] = chat.asked;
    expect(first?.messages.map(({ content }) => content).join('\n')).toContain('home_ Oslo');
    for (const [earlier, later] of [
      [first!, second!],
      [second!, third!],
    ] as const) {
      expect(later.messages.slice(0, earlier.messages.length)).toEqual(earlier.messages);
      expect(later.conversationId).toBe(earlier.conversationId);
    }
  });

  it('meets the line it learnt its form behind, also where the application instructs it', async () => {
    const chat = createAnsweringModel(() => output('', 'Yes.'));
    const cued = { ...personDialect, contextTurns: 0, systemPrompt: '', cue: 'Keep notes.' };
    const server = await open({ chat, served: { dialect: { ...cued, placement: 'message' } } });
    await server.say('anna', 'Hi');
    const instructed = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ];
    await server.say('bert', '', { messages: instructed });
    expect(chat.asked.map(({ messages }) => messages[0]!.content)).toEqual([
      'Keep notes.\n\nHi',
      'Be brief.\n\nKeep notes.\n\nHi',
    ]);
  });
});

describe('a chat', () => {
  it('notes what the person says and shows the reply alone', async () => {
    const server = await open(() => output('+ home_ Oslo', 'A fine town.'));
    const completion: ChatCompletion = await server.say('anna', 'I live in Oslo');
    expect(completion).toMatchObject({
      object: 'chat.completion',
      model: 'test-model',
      choices: [{ message: { role: 'assistant', content: 'A fine town.' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 },
      rlpa: {
        memory: 'used',
        format_problem: null,
        changes: [
          { kind: 'added', entry: { value: 'Oslo', evidence: [{ quote: 'I live in Oslo' }] } },
        ],
      },
    });
  });

  it('streams the reply without a letter of the block, usage and report where it ends, then [DONE]', async () => {
    const text = output('+ home_ Oslo', 'A fine town, is it not?');
    const server = await open(() => [...text]);
    const events = await readChunks(server, {
      user: 'anna',
      messages: [{ role: 'user', content: 'I live in Oslo' }],
    });
    expect(events.at(-1)).toBe('[DONE]');
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event) as ChatChunk);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(
      'A fine town, is it not?',
    );
    expect(chunks.map(({ choices }) => choices.length)).toEqual(chunks.map(() => 1));
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)?.usage?.total_tokens).toBe(18);
    expect(chunks.at(-1)?.rlpa?.changes).toHaveLength(1);
    const visible = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(visible).not.toMatch(/home_|profile|response/u);
  });

  it.each([
    [true, [0, 18], [1, undefined]],
    [false, [1, undefined], [1, undefined]],
  ])(
    'ends with usage in a chunk of its own only where it is asked for (%s)',
    async (asked, ...ends) => {
      const server = await open();
      const events = await readChunks(server, {
        stream_options: { include_usage: asked },
        messages: [{ role: 'user', content: 'hi' }],
      });
      const chunks = events.slice(0, -1).map((event) => JSON.parse(event) as ChatChunk);
      const told = chunks.map(({ choices, usage }) => [choices.length, usage?.total_tokens]);
      expect(told.slice(-2).reverse()).toEqual(ends);
      expect(chunks.filter(({ rlpa }) => rlpa !== undefined)).toMatchObject([
        { choices: [{ finish_reason: 'stop' }] },
      ]);
    },
  );

  it('hands over the first word of the reply while the rest is not written yet', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const chat = createAnsweringModel(() => '');
    const server = await open({
      chat: {
        ...chat,
        stream: async (_request, { onText }) => {
          onText('<profile> + home_ Oslo </pro');
          onText('file> <response> Early');
          await gate;
          onText(' and late </response>');
          const text = output('+ home_ Oslo', 'Early and late');
          return { text, finishReason: 'stop', promptTokens: 1, completionTokens: 1 };
        },
      },
    });
    const response = await fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        stream: true,
        user: 'anna',
        messages: [{ role: 'user', content: 'I live in Oslo' }],
      }),
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let seen = '';
    while (!seen.includes('Early')) seen += (await reader.read()).value ?? '';
    expect(seen).not.toContain('late');
    release();
    for (let part = await reader.read(); !part.done; part = await reader.read()) seen += part.value;
    expect(seen).toContain('[DONE]');
  });

  it('shows the model what is known, and what was corrected in the very next prompt', async () => {
    const chat = createAnsweringModel(({ messages }) =>
      lastMessage(messages).includes('Oslo') ? output('+ home_ Oslo', 'Noted.') : output('', 'Hi.'),
    );
    const server = await open({ chat });
    await server.say('anna', 'I live in Oslo');
    const profile: ProfileView = (await server.ask('GET', '/v1/users/anna/profile')).body;
    const path = `/v1/users/anna/profile/${profile.entries[0]!.id}`;
    expect((await server.ask('PATCH', path, { value: 'Bergen' })).status).toBe(200);
    await server.say('anna', 'hello again');
    const [, second] = chat.asked;
    const shown = second?.messages.map(({ content }) => content).join('\n');
    expect(shown).toContain('home_ Bergen');
    expect(shown).not.toContain('home_ Oslo');
  });

  it('goes on in a conversation with the outputs as the model wrote them', async () => {
    const chat = createAnsweringModel(() => output('+ home_ Oslo', 'Noted.'));
    const server = await open({ chat });
    await server.say('anna', 'I live in Oslo');
    const messages = [
      { role: 'user', content: 'I live in Oslo' },
      { role: 'assistant', content: 'Noted.' },
      { role: 'user', content: 'and now?' },
    ];
    await server.ask('POST', '/v1/chat/completions', { user: 'anna', messages });
    await server.ask('POST', '/v1/chat/completions', { user: 'ben', messages });
    const [, known, stranger] = chat.asked;
    expect(known?.messages.find(({ role }) => role === 'assistant')?.content).toContain(
      '+ home_ Oslo',
    );
    expect(stranger?.messages.find(({ role }) => role === 'assistant')?.content).not.toContain(
      'home_',
    );
  });

  it('goes on after turns in which tools were called elsewhere, without what they answered', async () => {
    const chat = createAnsweringModel(() => output('', 'You are welcome.'));
    const server = await open({ chat });
    const call = { id: '1', type: 'function', function: { name: 'weather', arguments: '{}' } };
    const answer = await server.ask('POST', '/v1/chat/completions', {
      messages: [
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'user', content: 'Will it rain?' },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: '1', content: 'secret forecast' },
        { role: 'assistant', content: [{ type: 'refusal', refusal: 'I may not tell.' }] },
        { role: 'user', content: 'Thanks.' },
      ],
    });
    expect(answer.status).toBe(200);
    const told = chat.asked[0]!.messages.map(({ role, content }) => `${role}: ${content}`).join(
      '\n',
    );
    expect(told).toContain('I may not tell.');
    expect(told).not.toMatch(/secret forecast|opened with these words/u);
  });

  it.each([
    ['safety_identifier', { safety_identifier: 'anna' }, {}],
    ['user', { user: 'anna' }, {}],
    ['metadata.user_id', { metadata: { user_id: 'anna' } }, {}],
    ['the header', {}, { 'x-rlpa-user': 'anna' }],
    ['the header, percent-encoded', {}, { 'x-rlpa-user': '%61nna' }],
    ['safety_identifier before user', { safety_identifier: 'anna', user: 'ben' }, {}],
  ])('knows the person by %s', async (_name, fields, headers) => {
    const server = await open(() => output('+ home_ Oslo', 'Noted.'));
    const messages = [{ role: 'user', content: 'I live in Oslo' }];
    await server.ask('POST', '/v1/chat/completions', { messages, ...fields }, headers);
    const profile: ProfileView = (await server.ask('GET', '/v1/users/anna/profile')).body;
    expect(profile.entries).toHaveLength(1);
  });

  it.each([
    ['nobody is named', {}, {}],
    ['rlpa.memory is off', { user: 'anna', rlpa: { memory: 'off' } }, {}],
    ['metadata.memory is off', { user: 'anna', metadata: { memory: 'off' } }, {}],
    ['the header says off', { user: 'anna' }, { 'x-rlpa-memory': 'off' }],
    ['the header says OFF', { user: 'anna' }, { 'x-rlpa-memory': 'OFF' }],
  ])('reads and keeps nothing where %s', async (_name, fields, headers) => {
    const chat = createAnsweringModel(() => output('+ likes_ jazz', 'Hi.'));
    const server = await open({ chat });
    await server.ask('POST', '/v1/users/anna/profile', { slot: 'home', value: 'Bergen' });
    const messages = [{ role: 'user', content: 'I like jazz' }];
    const answer = await server.ask(
      'POST',
      '/v1/chat/completions',
      { messages, ...fields },
      headers,
    );
    expect(answer.body).toMatchObject({ rlpa: { memory: 'none', changes: [] } });
    expect(JSON.stringify(chat.asked[0]?.messages)).not.toContain('Bergen');
    const exported = await server.store.exportUser('anna');
    expect(exported.entries).toHaveLength(1);
    expect(exported.messages).toEqual([]);
  });
});

describe('a profile as text', () => {
  it('holds a short entry in the least room that can be asked for', async () => {
    const server = await open();
    await server.ask('POST', '/v1/users/anna/profile', { slot: 'home', value: 'Oslo' });
    const path = '/v1/users/anna/profile?format=text&max_tokens=64';
    expect((await server.ask('GET', path)).body).toContain('- home: Oslo');
  });
});

describe('a length that is asked for', () => {
  const town = 'A fine town, is it not?';
  const ask = async (
    server: TestServer,
    body: object,
    isStreamed: boolean,
  ): Promise<Pick<ChatCompletion, 'rlpa' | 'usage'> & { text: string; finish: unknown }> => {
    const asked = {
      user: 'anna',
      messages: [{ role: 'user', content: 'I live in Oslo' }],
      ...body,
    };
    if (!isStreamed) {
      const { body: answered } = await server.ask('POST', '/v1/chat/completions', asked);
      const { choices, rlpa, usage }: ChatCompletion = answered;
      const { message, finish_reason: finish } = choices[0]!;
      return { text: message.content, finish, rlpa, usage };
    }
    const events = await readChunks(server, asked);
    const chunks = events.slice(0, -1).map((event) => JSON.parse(event) as ChatChunk);
    return {
      text: chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join(''),
      finish: chunks.at(-1)?.choices[0]?.finish_reason,
      ...{ rlpa: chunks.at(-1)!.rlpa!, usage: chunks.at(-1)!.usage! },
    };
  };

  it.each([
    ['max_tokens', 1, false, 'A', 'length'],
    ['max_tokens', 1, true, 'A', 'length'],
    ['max_completion_tokens', 4, true, 'A fine town,', 'length'],
    ['max_tokens', 7, false, 'A fine town, is it not', 'length'],
    ['max_tokens', 8, true, town, 'stop'],
    ['max_tokens', 8, false, town, 'stop'],
  ] as const)(
    'by %s %i (streamed: %s) ends the reply there, and not the notes',
    async (field, most, isStreamed, text, finish) => {
      const chat = createAnsweringModel(() => [...output('+ home_ Oslo', town)]);
      const server = await open({ chat });
      const answer = await ask(server, { [field]: most }, isStreamed);
      expect(answer).toMatchObject({ text, finish, usage: { total_tokens: 18 } });
      expect(answer.rlpa).toMatchObject({ format_problem: null, notices: [], changes: [{}] });
      expect(chat.asked[0]?.sampling.maxTokens).toBeGreaterThan(200);
    },
  );

  it('ends a reply that comes in one piece, without tags, or before the question what to note', async () => {
    const { name, reply, forget } = createAnsweringModel(() => output('', town));
    const plain = { answer: () => town };
    const after = { answer: () => town, served: { profileBy: 'after' as const } };
    for (const options of [{ chat: { name, reply, forget } }, plain, after]) {
      const answer = await ask(await open(options), { max_tokens: 2 }, false);
      expect(answer).toMatchObject({ text: 'A fine', finish: 'length' });
    }
    const unreadable = await ask(await open(plain), { max_tokens: 2 }, false);
    expect(unreadable.rlpa.format_problem).not.toBeNull();
  });

  it('bounds a reply that cannot be had but plainly', async () => {
    const chat = createAnsweringModel(({ messages }) =>
      messages[0]?.content.includes('profile block') === true ? '<profile> + home_' : town,
    );
    const answer = await ask(await open({ chat }), { max_tokens: 2 }, true);
    expect(answer).toMatchObject({ text: 'A fine', finish: 'length' });
    expect(chat.asked.at(-1)?.sampling.maxTokens).toBe(2);
  });

  it('leaves nothing that was not seen for the turns after it', async () => {
    const chat = createAnsweringModel(() => output('+ home_ Oslo', town));
    const server = await open({ chat, served: { dialect: { ...personDialect, contextTurns: 0 } } });
    const { text } = await ask(server, { max_tokens: 2 }, false);
    const said = { role: 'user', content: 'I live in Oslo' };
    const messages = [said, { role: 'assistant', content: text }, { role: 'user', content: 'So?' }];
    await ask(server, { messages }, false);
    const shown = chat.asked[1]!.messages.find(({ role }) => role === 'assistant')?.content;
    expect(shown).toContain('+ home_ Oslo');
    expect(shown).toContain('A fine');
    expect(shown).not.toContain('town');
  });

  it('is counted by the tokens of the policy that is shipped', async () => {
    const serving = await startServer([
      '--policy',
      trained,
      '--store',
      'none',
      '--temperature',
      '0',
    ]);
    try {
      const tokenizer = loadTokenizer(trained);
      const client = createClient({ baseUrl: serving.url });
      const messages = [{ role: 'user' as const, content: 'I love jazz music.' }];
      const whole = (await client.chat({ messages })).choices[0]!;
      for (const most of [1, 3]) {
        const { message, finish_reason: finish } = (
          await client.chat({ messages, max_tokens: most })
        ).choices[0]!;
        expect(finish).toBe('length');
        expect(whole.message.content.startsWith(message.content)).toBe(true);
        expect(tokenizer.encode(` ${message.content}`)).toHaveLength(most);
      }
    } finally {
      await stop(serving);
    }
  });
});

describe('a model of few words', () => {
  it('is listed with messages to begin with', async () => {
    const server = await open({ served: { examples: ['i love tea .'] } });
    const list: ModelList = (await server.ask('GET', '/v1/models')).body;
    expect(list.data[0]?.rlpa.examples).toEqual(['i love tea .']);
  });

  it('says which words it does not know, of a message and of what a person wrote into their profile', async () => {
    const spell = createSpeller(['oslo', 'i', 'live', 'in', '.']);
    const server = await open({ answer: () => output('', 'Hi.'), served: { spell } });
    for (const value of ['Oslo', 'Xanadu']) {
      await server.ask('POST', '/v1/users/anna/profile', { slot: 'home', value });
    }
    const completion: ChatCompletion = await server.say('anna', 'I live in Utopia');
    const pasted = Array.from({ length: 30 }, (_, index) => `word${index}`).join(' ');
    const page: ChatCompletion = await server.say('carl', `${pasted} ${'a'.repeat(199_000)}`);
    expect(page.rlpa.notices[0]).toMatch(/word19, and 11 more\.$/u);
    expect(completion.rlpa.notices).toEqual([
      'Words this model does not know: utopia.',
      'Words of the profile that this model does not know: xanadu.',
    ]);
    const elsewhere: ChatCompletion = await server.say('bert', 'I live in Oslo');
    expect(elsewhere.rlpa.notices).toEqual([]);
  });
});

describe('a value that its slot does not list', () => {
  it('is refused by a reason of its own, and counted', async () => {
    const slots = [{ name: 'diet', kind: 'fact' as const, multiple: false, values: ['vegan'] }];
    const dialect = { ...personDialect, schema: { name: 'test', version: 1, slots } };
    const server = await open({
      answer: () => output('+ diet_ berlin', 'Noted.'),
      served: { dialect },
    });
    const completion: ChatCompletion = await server.say('anna', 'I live in Berlin.');
    expect(completion.rlpa).toMatchObject({
      changes: [],
      refused: [{ kind: 'set', slot: 'diet', value: 'berlin', reason: 'value_not_listed' }],
    });
    const metrics = (await server.ask('GET', '/metrics')).body as string;
    expect(metrics).toMatch(/reason="value_not_listed"\} 1/u);
  });
});

describe('a model that does not follow the protocol', () => {
  it('still chats: its text is the reply, nothing is noted, and that is counted', async () => {
    const server = await open(() => 'Just a plain answer.');
    const completion: ChatCompletion = await server.say('anna', 'I live in Oslo');
    expect(completion.choices[0]?.message.content).toBe('Just a plain answer.');
    expect(completion.rlpa.format_problem).toContain('profile block');
    expect(completion.rlpa.notices.join()).toContain('nothing was noted');
    expect(completion.rlpa.changes).toEqual([]);
    const metrics = (await server.ask('GET', '/metrics')).body as string;
    expect(metrics).toMatch(/rlpa_output_problems_total\{kind="format_problem"\} 1/u);
  });

  it('has its notes read where only the reply lacks its tags', async () => {
    const server = await open(() => '<profile>\n+ home_ Oslo\n</profile>\n\nA fine town.');
    const completion: ChatCompletion = await server.say('anna', 'I live in Oslo');
    expect(completion.choices[0]?.message.content).toBe('A fine town.');
    expect(completion.rlpa.changes).toHaveLength(1);
  });

  it('is asked plainly where its output held no reply', async () => {
    const server = await open(({ messages }) =>
      messages[0]?.content.includes('profile block') === true
        ? '<profile> + home_'
        : 'Plainly said.',
    );
    const completion: ChatCompletion = await server.say('anna', 'I live in Oslo');
    expect(completion.choices[0]?.message.content).toBe('Plainly said.');
    expect(completion.rlpa.format_problem).not.toBeNull();
    const metrics = (await server.ask('GET', '/metrics')).body as string;
    expect(metrics).toMatch(/rlpa_output_problems_total\{kind="format_problem"\} 1/u);
    expect(metrics).toMatch(/kind="answered_without_protocol"\} 1/u);
  });

  it('that replies first may write about tags and lists, and its reply streams from the first word', async () => {
    const reply = '- one\n```xml\n<profile>\n<name>Ann</name>\n</profile>\n```\nDone <response>';
    const server = await open({
      served: { profileBy: 'after' },
      chat: {
        ...createAnsweringModel(() => 'nothing'),
        stream: (_request, { onText }) => {
          for (const part of reply.match(/[^]{1,3}/gu) ?? []) onText(part);
          const tokens = { promptTokens: 1, completionTokens: 1 };
          return Promise.resolve({ text: reply, finishReason: 'stop' as const, ...tokens });
        },
      },
    });
    const pieces: string[] = [];
    const messages = [{ role: 'user' as const, content: 'how do I write XML?' }];
    for await (const { choices } of createClient({ baseUrl: server.url }).stream({ messages })) {
      pieces.push(choices[0]?.delta.content ?? '');
    }
    expect(pieces.join('')).toBe(reply);
    expect(pieces.filter((piece) => piece !== '').length).toBeGreaterThan(10);
  });

  it('may reply first and be asked for changes then', async () => {
    const server = await open({
      served: { profileBy: 'after' },
      answer: ({ messages }) =>
        messages[0]?.content.startsWith('You keep notes') === true
          ? '```json\n{"set": [{"slot": "home", "value": "Oslo"}], "retract": []}\n```'
          : 'A fine town.',
    });
    const completion: ChatCompletion = await server.say('anna', 'I live in Oslo');
    expect(completion.choices[0]?.message.content).toBe('A fine town.');
    expect(completion.rlpa.changes).toMatchObject([{ entry: { slot: 'home', value: 'Oslo' } }]);
    expect(completion.usage.total_tokens).toBe(36);
  });

  it('costs the notes of a turn, not the turn, where the list of changes cannot be read', async () => {
    const server = await open({ served: { profileBy: 'after' }, answer: () => 'no list at all' });
    const completion: ChatCompletion = await server.say('anna', 'I live in Oslo');
    expect(completion.choices[0]?.message.content).toBe('no list at all');
    expect(completion.rlpa.format_problem).toContain('no list');
  });
});

describe('a model that was taught the protocol', () => {
  const stray = '= tone_ casual = style_ brief cool how about a concert .';

  it.each([
    ['streams and is asked to', true, true],
    ['streams and is not asked to', true, false],
    ['does not stream', false, true],
  ])(
    'shows no word outside of its reply tags where it %s, and is asked again, not at 0',
    async (_name, canStream, isStreamed) => {
      const written = [stray, `tone_ casual ${output('', 'How about a concert .')}`];
      const { stream, ...rest } = createAnsweringModel(() => [...written.shift()!]);
      const chat = canStream ? { ...rest, stream: stream! } : rest;
      const server = await open({ chat, served: { onNoReply: 'again' } });
      const body = { user: 'anna', messages: [{ role: 'user', content: 'hello' }] };
      let text = '';
      if (isStreamed) {
        for (const event of (await readChunks(server, body)).slice(0, -1)) {
          text += (JSON.parse(event) as ChatChunk).choices[0]?.delta.content ?? '';
        }
      } else {
        const { body: answered } = await server.ask('POST', '/v1/chat/completions', body);
        text = (answered as ChatCompletion).choices[0]?.message.content ?? '';
      }
      expect(text).toBe('How about a concert .');
      expect(rest.asked.map(({ sampling }) => sampling.temperature > 0)).toEqual([false, true]);
    },
  );

  it('says that it wrote no reply, where it never does', async () => {
    const server = await open({ answer: () => stray, served: { onNoReply: 'again' } });
    const completion: ChatCompletion = await server.say('anna', 'hello');
    expect(completion.choices[0]?.message.content).toBe('');
    expect(completion.rlpa.notices.join()).toContain('wrote no reply');
    const metrics = (await server.ask('GET', '/metrics')).body as string;
    expect(metrics).toMatch(/kind="asked_again"\} 7/u);
  });
});

describe('a model that fails', () => {
  const fail = (code: string, details = {}): Answer => {
    return () => Promise.reject(new ProviderError(code, 'secret text of a prompt', { details }));
  };

  it.each([
    ['connection', 502, 'upstream_error'],
    ['server_error', 502, 'upstream_error'],
    ['timeout', 504, 'upstream_error'],
    ['rate_limited', 429, 'rate_limit_error'],
  ])(
    'with %s is told by status %i in the shape of the API, and changes nothing',
    async (code, status, type) => {
      const server = await open(fail(code, { retryAfterSeconds: 7 }));
      for (const stream of [false, true]) {
        const answer = await server.ask('POST', '/v1/chat/completions', {
          ...{ user: 'anna', stream },
          messages: [{ role: 'user', content: 'I live in Oslo' }],
        });
        expect(answer.status).toBe(status);
        expect(answer.body).toMatchObject({
          error: { type, code: `upstream_${code}`, param: null },
        });
        expect(JSON.stringify(answer.body)).not.toContain('secret');
        expect(answer.headers.get('retry-after')).toBe('7');
      }
      const exported = await server.store.exportUser('anna');
      expect(exported).toMatchObject({ entries: [], messages: [], turns: [] });
    },
  );

  it('in the middle of a stream is told by an event, without [DONE], and changes nothing', async () => {
    const server = await open({
      chat: {
        ...createAnsweringModel(() => ''),
        stream: (_request, { onText }) => {
          onText('<profile> + home_ Oslo </profile> <response> Half of');
          return Promise.reject(new ProviderError('connection', 'broke'));
        },
      },
    });
    const events = await readChunks(server, {
      user: 'anna',
      messages: [{ role: 'user', content: 'I live in Oslo' }],
    });
    expect(events.join()).toContain('Half of');
    expect(events.join()).not.toContain('[DONE]');
    expect(JSON.parse(events.at(-1)!)).toMatchObject({ error: { code: 'upstream_connection' } });
    expect((await server.store.readProfile('anna')).entries).toEqual([]);
    // The status was 200 by then, so the failure is counted and logged for itself.
    const metrics = (await server.ask('GET', '/metrics')).body as string;
    expect(metrics).toMatch(/rlpa_stream_failures_total\{code="upstream_connection"\} 1/u);
    expect(server.log.join('')).toMatch(/"code":"upstream_connection".*"failed"/u);
  });

  it('is called off when the person leaves', async () => {
    let hasEnded: (value: unknown) => void = () => undefined;
    const ended = new Promise((resolve) => (hasEnded = resolve));
    const server = await open({
      chat: {
        ...createAnsweringModel(() => ''),
        stream: (_request, { onText, signal }) => {
          onText('Hello');
          return new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => {
              hasEnded(true);
              reject(new Error('aborted'));
            });
          });
        },
      },
    });
    const leaving = new AbortController();
    const response = await fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ stream: true, messages: [{ role: 'user', content: 'hi' }] }),
      signal: leaving.signal,
    });
    await response.body!.getReader().read();
    leaving.abort();
    expect(await ended).toBe(true);
  });
});

describe('what is taken out while a reply is written', () => {
  it.each([
    [
      'the person',
      async (server: TestServer) => void (await server.ask('DELETE', '/v1/users/anna')),
    ],
    [
      'an entry',
      async (server: TestServer) => {
        const { body } = await server.ask('GET', '/v1/users/anna/profile');
        const [entry] = (body as ProfileView).entries;
        await server.ask('DELETE', `/v1/users/anna/profile/${entry!.id}`);
      },
    ],
  ])('%s: does not come back with it', async (_what, takeOut) => {
    let [begin, release]: (() => void)[] = [() => undefined, () => undefined];
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const gate = new Promise<void>((resolve) => (release = resolve));
    const server = await open(async ({ messages }) => {
      if (!lastMessage(messages).includes('slowly')) return output('+ home_ Oslo', 'Noted.');
      begin!();
      await gate;
      return output('+ home_ Oslo', 'Oslo it is.');
    });
    await server.say('anna', 'I live in Oslo');
    const saying = server.say('anna', 'I live in Oslo, slowly');
    await begun;
    await takeOut(server);
    release!();
    const { rlpa, choices } = (await saying) as ChatCompletion;
    expect(choices[0]?.message.content).toBe('Oslo it is.');
    expect(rlpa).toMatchObject({ memory: 'none', changes: [] });
    expect(rlpa?.notices.join()).toContain('nothing of this turn is kept');
    const held = await server.ask('GET', '/v1/users/anna/export');
    expect(held.body).toMatchObject({ entries: [], messages: [], turns: [] });
  });
});

describe('a store that fails', () => {
  it('costs memory, never the chat, and both the reply and the health say so', async () => {
    const store = await openProfileStore(':memory:');
    const down = (): never => {
      throw new StoreError('store_unavailable', 'gone');
    };
    const server = await open({
      answer: () => output('+ home_ Oslo', 'Hi.'),
      store: new Proxy(store, {
        get: (target, name) => {
          const value = Reflect.get(target, name, target) as unknown;
          if (name === 'close') return () => target.close();
          if (name === 'now' || name === 'listen') return (value as () => unknown).bind(target);
          return typeof value === 'function' ? down : value;
        },
      }),
    });
    const completion: ChatCompletion = await server.say('anna', 'I live in Oslo');
    expect(completion.choices[0]?.message.content).toBe('Hi.');
    expect(completion.rlpa.memory).toBe('unavailable');
    expect(completion.rlpa.notices.join()).toContain('without memory');
    expect((await server.ask('GET', '/readyz')).status).toBe(503);
    expect((await server.ask('GET', '/healthz')).status).toBe(200);
    const profile = await server.ask('GET', '/v1/users/anna/profile');
    expect(profile.status).toBe(503);
    expect(profile.body).toMatchObject({ error: { type: 'store_error' } });
  });
});

describe('a request that cannot be answered', () => {
  const messages = [{ role: 'user', content: 'hi' }];

  it.each([
    ['no body', '', 400],
    ['no JSON', '{"messages": [', 400],
    ['no messages', {}, 400],
    ['empty messages', { messages: [] }, 400],
    ['a last message of another', { messages: [{ role: 'assistant', content: 'hi' }] }, 400],
    ['an empty message', { messages: [{ role: 'user', content: ' ' }] }, 400],
    ['a picture', { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }, 400],
    ['a tool message', { messages: [{ role: 'tool', content: 'x' }] }, 400],
    ['tools', { messages, tools: [{ type: 'function' }] }, 400],
    ['several choices', { messages, n: 2 }, 400],
    ['a schema', { messages, response_format: { type: 'json_object' } }, 400],
    ['a temperature out of range', { messages, temperature: 9 }, 400],
    ['another model', { messages, model: 'gpt-9' }, 404],
    ['a user with a line break', { messages, user: 'a\nb' }, 400],
    ['a user that is empty', { messages, user: '' }, 400],
    ['a user that is no text', { messages, user: 7 }, 400],
    ['a user that addresses leave out', { messages, user: '.' }, 400],
    ['another one', { messages, safety_identifier: '..' }, 400],
  ])('for %s is refused in the shape of the API', async (_name, body, status) => {
    const server = await open();
    const answer = await server.ask('POST', '/v1/chat/completions', body);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({
      error: { message: expect.any(String), type: expect.any(String) },
    });
  });

  it.each([
    ['nothing', null, /Expected a text or a list of parts .*found null/u],
    ['a number', 7, /found number/u],
    [
      'a picture',
      [{ type: 'image_url', image_url: {} }],
      /Text only .* part 0 is of type image_url/u,
    ],
    [
      'too many parts',
      Array(257).fill({ type: 'text', text: 'a' }),
      /at most 256 parts, found 257/u,
    ],
    ['a refusal', [{ type: 'refusal', refusal: 'no' }], /part 0 is of type refusal/u],
    [
      'a part of a kind of its own',
      [{ type: 'text', text: 'hi' }, { type: 'x' }],
      /part 1 .*another/u,
    ],
    ['a part without its text', [{ type: 'text' }], /without its text/u],
    ['too much', 'x'.repeat(200_001), /200000/u],
  ])(
    'for content that is %s says what is expected and what there is',
    async (_name, content, expected) => {
      const server = await open({ limits: { bodyBytes: 1_000_000 } });
      const answer = await server.ask('POST', '/v1/chat/completions', {
        messages: [{ role: 'user', content }],
      });
      expect(answer.status).toBe(400);
      expect(answer.body).toMatchObject({
        error: { param: 'messages.0.content', message: expect.stringMatching(expected) },
      });
    },
  );

  it('for a message of an unknown role names those that are read', async () => {
    const server = await open();
    const answer = await server.ask('POST', '/v1/chat/completions', {
      messages: [{ role: 'narrator', content: 'hi' }],
    });
    expect(answer.body).toMatchObject({
      error: {
        message: expect.stringMatching(/messages\.0.*role system, developer, user, assistant/u),
      },
    });
  });

  it.each([
    ['', /found an empty one/u],
    ['{"messages": [', /malformed JSON: Unexpected end/u],
    ['{"user": Anna}', /malformed JSON: Unexpected token 'A'\.$/u],
    ['{"user": "Anna" "stream": true}', /malformed JSON: .* at position 16/u],
  ])('for JSON that is none (%j) says so, and where', async (body, expected) => {
    const server = await open();
    const answer = await server.ask('POST', '/v1/chat/completions', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      error: { code: 'invalid_body', message: expect.stringMatching(expected) },
    });
    expect(JSON.stringify(answer.body)).not.toContain('Anna');
  });

  it('for a body of another type names the one that is read', async () => {
    const server = await open();
    const headers = { 'content-type': 'text/plain' };
    const answer = await server.ask('POST', '/v1/chat/completions', '{}', headers);
    expect(answer.status).toBe(415);
    expect(answer.body).toMatchObject({
      error: { message: expect.stringContaining('content-type: application/json') },
    });
  });

  it.each([
    [
      'GET',
      'profile?max_tokens=abc',
      undefined,
      /max_tokens: Expected a whole number from 64 to 1/u,
    ],
    [
      'GET',
      'profile?max_tokens=63',
      undefined,
      /max_tokens: Expected a whole number from 64 to 1/u,
    ],
    ['GET', 'history?limit=1.5', undefined, /limit: Expected a whole number from 1 to 500/u],
    [
      'POST',
      'profile',
      { slot: 'hom', value: 'Oslo' },
      /"hom"\. Did you mean home\? Its slots: .*home/u,
    ],
    [
      'POST',
      'import',
      { entries: [{ slot: 'home', value: 'Oslo', valid_from: 'yesterday' }] },
      /valid_from: Expected a time in ISO 8601 .* example 20/u,
    ],
  ])('of a profile (%s %s) says what is expected', async (method, path, body, expected) => {
    const server = await open();
    const answer = await server.ask(method, `/v1/users/anna/${path}`, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ error: { message: expect.stringMatching(expected) } });
  });

  it.each(['none', 'false', ''])('for the memory %j is refused, not taken as on', async (mode) => {
    const server = await open();
    const headers = { 'x-rlpa-memory': mode };
    const answer = await server.ask('POST', '/v1/chat/completions', { messages }, headers);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      error: { code: 'invalid_memory', param: 'x-rlpa-memory', message: expect.any(String) },
    });
  });

  it.each([
    // `fetch` sends a letter a byte: these are the bytes of a name in UTF-8, and of one in Latin-1.
    ['a name in bytes of UTF-8', 'j\u00c3\u00bcrgen', /percent-encoded/u],
    ['a name in bytes of Latin-1', 'jürgen', /percent-encoded/u],
    ['a % alone', '100%', /percent-encoded/u],
    ['% with bytes of no text', '%FC', /percent-encoded/u],
    ['a control character', 'a%0Ab', /control characters/u],
    ['an id that addresses leave out', '..', /neither read nor erased/u],
  ])('for a header of %s is refused, and says what is expected', async (_name, id, expected) => {
    const server = await open();
    const headers = { 'x-rlpa-user': id };
    const answer = await server.ask('POST', '/v1/chat/completions', { messages }, headers);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      error: {
        code: 'invalid_user',
        param: 'x-rlpa-user',
        message: expect.stringMatching(expected),
      },
    });
  });

  it('comes in pieces of any size, up to the longest body', async () => {
    const server = await open({ limits: { bodyBytes: 1000 } });
    const send = async (content: string): Promise<number> => {
      const bytes = new TextEncoder().encode(
        JSON.stringify({ messages: [{ role: 'user', content }] }),
      );
      const body = new ReadableStream({
        start(controller) {
          for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7));
          controller.close();
        },
      });
      const init = { method: 'POST', body, duplex: 'half' as const };
      const headers = { 'content-type': 'application/json' };
      return (await fetch(`${server.url}/v1/chat/completions`, { ...init, headers })).status;
    };
    expect(await send('hello')).toBe(200);
    expect(await send('x'.repeat(2000))).toBe(413);
  });

  it('for a body that is too large is refused before it is read', async () => {
    const server = await open({ limits: { bodyBytes: 1000 } });
    const answer = await server.ask('POST', '/v1/chat/completions', {
      messages: [{ role: 'user', content: 'x'.repeat(2000) }],
    });
    expect(answer.status).toBe(413);
  });
});
