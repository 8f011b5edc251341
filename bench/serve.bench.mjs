/**
 * People who chat with a served small model, all at once: the time to the first text, tokens a second, the
 * store's share of a turn, and how evenly the chats get on. Each says the next thing as soon as it was answered.
 *
 * The server is a process of its own, with a SQLite file; the people are in this one, on the same machine.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { createClient } from '../dist/client/index.js';

const lines = [
  ...['good morning .', 'i live in berlin .', 'i love jazz music .', 'i work as a nurse .'],
  ...['what music should i listen to ?', 'thank you .'],
];
const counts = [1, 8, 32, 200];
/** Seconds of each measurement. */
const measured = Number(process.env.BENCH_SECONDS ?? 20);

async function withServer(threads, work) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'rlpa-bench-'));
  const main = path.join(import.meta.dirname, '..', 'dist', 'cli', 'main.js');
  const args = ['serve', '--port', '0', '--policy', 'base', '--set', `engine.threads=${threads}`];
  const child = spawn(
    process.execPath,
    [main, ...args, '--store', path.join(folder, 'profiles.db')],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    const url = await new Promise((resolve, reject) => {
      child.once('exit', () => reject(new Error('the server ended')));
      child.stdout.on('data', (part) => resolve(/at (\S+)/u.exec(String(part))[1]));
    });
    return await work({ url, pid: child.pid });
  } finally {
    child.kill('SIGTERM');
    await ended;
    fs.rmSync(folder, { recursive: true });
  }
}

/** Lets so many people chat for so long; what they waited for, and what came. */
async function chatAtOnce(url, { chats, seconds, people }) {
  const client = createClient({ baseUrl: url });
  const before = await readStore(url);
  const began = performance.now();
  const end = began + seconds * 1000;
  const found = { turns: 0, tokens: 0, firsts: [], turnMs: 0, failed: 0, byChat: [], why: {} };
  await Promise.all(
    Array.from({ length: chats }, async (_, index) => {
      let own = 0;
      let past = [];
      while (performance.now() < end) {
        if (own % lines.length === 0) past = [];
        past = [...past, { role: 'user', content: lines[own % lines.length] }];
        const asked = performance.now();
        let [reply, first] = ['', null];
        try {
          for await (const chunk of client.stream({ user: `${people}-${index}`, messages: past })) {
            const text = chunk.choices[0]?.delta.content ?? '';
            if (text !== '') first ??= performance.now() - asked;
            reply += text;
            found.tokens += chunk.usage?.completion_tokens ?? 0;
          }
        } catch (error) {
          const why = error.code ?? error.cause?.code ?? error.name;
          found.why[why] = (found.why[why] ?? 0) + 1;
          found.failed += 1;
          break;
        }
        past = [...past, { role: 'assistant', content: reply === '' ? '…' : reply }];
        if (first !== null) found.firsts.push(first);
        found.turnMs += performance.now() - asked;
        found.turns += 1;
        own += 1;
      }
      found.byChat.push(own);
    }),
  );
  const took = (performance.now() - began) / 1000;
  const store = await readStore(url);
  found.firsts.sort((a, b) => a - b);
  const at = (share) => found.firsts[Math.floor(share * (found.firsts.length - 1))] / 1000;
  return {
    turns: found.turns,
    failed: found.failed,
    why: found.why,
    firstTextMedianS: at(0.5),
    firstTextP95S: at(0.95),
    tokensPerS: found.tokens / took,
    turnsPerS: found.turns / took,
    storeShare: ((store - before) * 1000) / found.turnMs,
    fewestTurns: Math.min(...found.byChat),
    mostTurns: Math.max(...found.byChat),
  };
}

/** Seconds that turns have waited for the store. */
async function readStore(url) {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^rlpa_store_seconds_sum (\S+)/mu.exec(text)?.[1] ?? 0);
}

async function run({ threads }) {
  const figures = {};
  await withServer(threads, async ({ url }) => {
    await chatAtOnce(url, { chats: 4, seconds: 3, people: 'warm' });
    for (const chats of counts) {
      const found = await chatAtOnce(url, { chats, seconds: measured, people: `at-${chats}` });
      for (const [name, value] of Object.entries(found)) figures[`${chats}: ${name}`] = value;
    }
  });
  return { figures };
}

/** The server's memory while 200 people chat, minute by minute. */
async function runLong({ threads }) {
  const minutes = Number(process.env.BENCH_MINUTES ?? 20);
  const figures = { minutes };
  await withServer(threads, async ({ url, pid }) => {
    for (let minute = 1; minute <= minutes; minute += 1) {
      const { failed, turns, why } = await chatAtOnce(url, {
        chats: 200,
        seconds: 60,
        people: 'long',
      });
      const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
      const gib = Number(/VmRSS:\s+(\d+)/u.exec(status)[1]) / 2 ** 20;
      figures[`minute ${minute}: GiB`] = gib;
      figures[`minute ${minute}: turns`] = turns;
      figures[`minute ${minute}: failed`] = failed;
      console.log(`minute ${minute}: ${gib.toFixed(3)} GiB, ${turns} turns, ${failed} failed`, why);
    }
  });
  return { figures };
}

export const cases = [
  { name: 'serve-load', about: 'time to first text, tokens a second, share of the store', run },
  {
    name: 'serve-memory',
    about: "the server's memory while 200 people chat for 20 minutes (BENCH_MINUTES)",
    run: runLong,
    isLarge: true,
  },
];
