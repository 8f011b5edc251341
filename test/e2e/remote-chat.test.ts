/** A chat with a model that follows instructions and saw no demonstration: it is told what to write. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startFakeServer, type FakeServer } from '../fake-server/fake-model-server.ts';
import { createScratch, runRlpa } from './command-line.ts';

let server: FakeServer;

beforeEach(async () => {
  server = await startFakeServer({
    answer: () => '<profile> + home_ Oslo </profile> <response> So you live in Oslo. </response>',
  });
});

afterEach(() => server.close());

const flags = (): readonly string[] => [
  ...['chat', '--upstream', server.baseUrl, '--model', 'some-model'],
];

it('goes to the server with the protocol and the profile, and notes what was said', async () => {
  const { exitCode, stdout, stderr } = await runRlpa(flags(), {
    input: 'Hi, I live in Oslo!\nWhat do you know of me?\n',
  });
  expect(exitCode, stderr).toBe(0);
  expect(stdout.match(/^rlpa: So you live in Oslo\.$/gmu)).toHaveLength(2);
  expect(stdout).toMatch(/^ {2}noted: home: Oslo, from "Hi, I live in Oslo!"$/mu);
  expect(server.seen).toHaveLength(2);
  const [first, second] = server.seen.map(({ body }) => body);
  expect(first).toMatchObject({ model: 'some-model', stream: true });
  const [system, person] = first!.messages;
  expect(system?.role).toBe('system');
  expect(system?.content).toContain('<profile>');
  expect(person).toEqual({ role: 'user', content: 'Hi, I live in Oslo!' });
  expect(second!.messages.at(-1)?.content).toContain('What do you know of me?');
  expect(JSON.stringify(second!.messages)).toMatch(/home[^a-z]+oslo/iu);
});

const talk = async (lines: readonly string[], ...more: readonly string[]): Promise<string> => {
  const input = lines.map((line) => `${line}\n`).join('');
  const { stdout, stderr, exitCode } = await runRlpa([...flags(), ...more], { input });
  expect(exitCode, stderr).toBe(0);
  return stdout;
};

it('shows what was noted, where it is from and what was corrected, and erases', async () => {
  const stdout = await talk([
    ...['I live in Oslo.', '/correct home: Riga', '/why home', '/correct town Oslo', '/why pets'],
    ...['/correct name Anna', '/forget home', '/profile', '/forget', '/forget all', '/profile'],
  ]);
  expect(stdout).toMatch(/^ {2}corrected by you: home: Riga \(was Oslo\), set by you$/mu);
  expect(stdout).toMatch(
    /^home: Riga\n {2}set by you, holds since .+\nhome: Oslo\n {2}stated, noted by some-model .+ \(corrected\)\n.+"I live in Oslo\."$/mu,
  );
  expect(stdout).toMatch(/has no slot "town"\. Slots: .*home/u);
  expect(stdout).toMatch(/no such entry\. Expected one of: home: Riga\./u);
  expect(stdout).toContain('Erased: home: Riga');
  expect(stdout).toMatch(/^profile:\n {2}name: Anna, set by you$/mu);
  expect(stdout).toContain('/forget all to erase everything: 1 entry, their past');
  expect(stdout).toMatch(/^Erased: 1 entry, \d+ messages?, \d+ turns?\. A new/mu);
  expect(stdout.trimEnd()).toMatch(/profile: nothing is known of you yet$/u);
});

it('says what a command expects, and leaves at /quit, whatever follows it', async () => {
  const stdout = await talk(['/why', '/correct home: Riga', '/why', '/quit now', '/profile']);
  expect(stdout).toMatch(/^Expected \/why ENTRY\.\nprofile: nothing is known of you yet$/mu);
  expect(stdout).toMatch(/^Expected \/why ENTRY\.\nprofile:\n {2}home: Riga, set by you\n$/mu);
  expect(stdout).not.toContain('There is no command');
});

it('goes on from the same store, where nobody reads the profile of another', async () => {
  const scratch = createScratch();
  const store = ['--store', path.join(scratch, 'people.db'), '--user'];
  await talk(['I live in Oslo.'], ...store, 'anna');
  expect(await talk(['/profile'], ...store, 'anna')).toContain(
    'home: Oslo, from "I live in Oslo."',
  );
  expect(await talk(['/profile'], ...store, 'ben')).toContain('nothing is known');
  fs.rmSync(scratch, { recursive: true });
});

it('says that the server fails, and stops a script', async () => {
  await server.close();
  const { exitCode, stderr } = await runRlpa(flags(), { input: 'hello\n' });
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(/^error: The model some-model .*connection, after 1 try\./mu);
  expect(stderr).toMatch(/^hint: Check that the server runs and that --upstream/mu);
});
