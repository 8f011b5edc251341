/** The chat as somebody at a terminal has it: a prompt, commands, and Ctrl-C; needs `script` of util-linux. */
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { openProfileStore } from '../../src/memory/index.ts';
import { startUpstream } from '../server/fake-upstream.ts';
import { root } from './command-line.ts';

const hasTerminal = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;
const entry = path.join(root, 'dist', 'cli', 'main.js');

type Session = {
  readonly type: (keys: string) => void;
  /** Waits until what was written since the last match has one; it is seen then. */
  readonly see: (pattern: RegExp) => Promise<string>;
  readonly end: Promise<number | null>;
};

function openTerminal(args: readonly string[]): Session {
  const command = [process.execPath, entry, ...args].map((part) => `'${part}'`).join(' ');
  const child = spawn('script', ['-qefc', command, '/dev/null'], { cwd: root });
  let unseen = '';
  let look: () => void = () => undefined;
  child.stdout.on('data', (part: Buffer) => {
    unseen += stripVTControlCharacters(part.toString());
    look();
  });
  const end = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  const see = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      look = () => {
        const found = pattern.exec(unseen);
        if (found === null) return;
        unseen = unseen.slice(found.index + found[0].length);
        look = () => undefined;
        resolve(found[0]);
      };
      void end.then(() => reject(new Error(`ended before ${pattern}: ${unseen}`)));
      look();
    });
  return { type: (keys) => child.stdin.write(keys), see, end };
}

describe.skipIf(!hasTerminal)('a chat at a terminal (needs the program script)', () => {
  it('prompts, notes, explains, corrects, and leaves at Ctrl-C', async () => {
    const { type, see, end } = openTerminal(['chat', '--threads', '1']);
    await see(/> $/u);
    type('/help\r');
    await see(/Slots: city, job/u);
    await see(/> $/u);
    type('i love jazz music .\r');
    await see(/rlpa: [^]*noted: music: jazz, from "i love jazz music \."/u);
    await see(/> $/u);
    type('/why music\r');
    await see(/"i love jazz music \."/u);
    type('/correct music rock\r');
    await see(/corrected by you: music: rock \(was jazz\)/u);
    type('/profile\r');
    await see(/music: rock, set by you/u);
    type('what should i listen to ?\r');
    await see(/rlpa: [^\n]*rock/u);
    await see(/> $/u);
    type('\u0003');
    expect(await end).toBe(0);
  }, 120_000);

  it('calls off a reply that is being written at Ctrl-C, and keeps nothing of that turn', async () => {
    let hasLeft = false;
    const upstream = await startUpstream((_, response) => {
      response.on('close', () => (hasLeft = true));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const delta = { content: '<profile></profile><response>Once upon a time' };
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`);
      return undefined;
    });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-terminal-'));
    const file = path.join(folder, 'profiles.db');
    const model = ['--upstream', upstream.url, '--model', 'fake'];
    const { type, see, end } = openTerminal(['chat', ...model, '--store', file]);
    await see(/> $/u);
    type('I live in Oslo\r');
    await see(/rlpa: Once upon a/u);
    type('\u0003');
    expect(await end).toBe(130);
    await expect.poll(() => hasLeft).toBe(true);
    const store = await openProfileStore(file);
    expect(await store.exportUser('me')).toMatchObject({ messages: [], turns: [], entries: [] });
    await store.close();
    await upstream.close();
    fs.rmSync(folder, { recursive: true });
  }, 120_000);

  it('leaves at the end of input', async () => {
    const { type, see, end } = openTerminal(['chat', '--threads', '1']);
    await see(/> $/u);
    type('\u0004');
    expect(await end).toBe(0);
  }, 120_000);
});
