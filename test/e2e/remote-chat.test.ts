/** A chat with a model that follows instructions and saw no demonstration: it is told what to write. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startFakeServer, type FakeServer } from '../fake-server/fake-model-server.ts';
import { runRlpa } from './command-line.ts';

let server: FakeServer;

beforeEach(async () => {
  server = await startFakeServer({
    answer: () => '<profile> + city_ Oslo </profile> <response> So you live in Oslo. </response>',
  });
});

afterEach(() => server.close());

it('goes to the server with the protocol, the setting that is given, and its profile', async () => {
  const { exitCode, stdout, stderr } = await runRlpa(
    [
      ...['chat', '--policy', `${server.baseUrl}#some-model`],
      ...['--set', 'sampling.maxTokens=77', '--set', 'models.cache=null'],
    ],
    { input: 'Hi, I live in Oslo!\nWhat do you know of me?\n' },
  );
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toContain('So you live in Oslo.');
  expect(stdout).toMatch(/^profile: city: oslo$/mu);
  expect(stdout).not.toContain('could not be read');
  expect(server.seen).toHaveLength(2);
  const [first, second] = server.seen.map(({ body }) => body);
  expect(first).toMatchObject({ model: 'some-model', max_tokens: 77 });
  const [system, person] = first!.messages;
  expect(system?.role).toBe('system');
  expect(system?.content).toContain('<profile>');
  expect(person).toEqual({ role: 'user', content: 'Hi, I live in Oslo!' });
  expect(second!.messages).toContainEqual({ role: 'user', content: 'What do you know of me?' });
});
