/**
 * A real llama.cpp server as the upstream of `rlpa serve`: chat, streaming, both ways of noting, and what a model
 * that never learnt the protocol makes of it, counted.
 *
 * usage: npm run interop [-- MODEL.gguf]     (default: SmolLM2 in ../shared/models or RLPA_TEST_MODELS)
 *
 * The server is `llama-cpp-python[server]`, built once in about eight minutes (scripts/llama-cpp.mjs). Where
 * `uv`, a C++ compiler or the model is missing it is skipped by name. Not part of `npm test`.
 */
import { spawn } from 'node:child_process';
import * as net from 'node:net';
import { serve } from '../dist/app/index.js';
import { createClient } from '../dist/client/index.js';
import { buildLlamaCpp, findMissing, python, smolFile } from './llama-cpp.mjs';

const file = process.argv[2] ?? smolFile;

const messages = [
  'Hello, I live in Berlin.',
  'I work as a nurse.',
  'I love jazz music.',
  'I have a cat called Momo.',
  'What could I do this evening?',
];

const missing = findMissing(file);
if (missing !== null) {
  console.log(`skipped: ${missing}`);
  process.exit(0);
}
buildLlamaCpp();
const upstream = await startLlama();
const failures = [];
try {
  for (const profileBy of ['reply', 'after']) await tryOut(profileBy);
  await tryDown();
} finally {
  upstream.child.kill('SIGTERM');
}
if (failures.length > 0) throw new Error(`failed: ${failures.join('; ')}`);
console.log('interop: everything expected was there');

async function startLlama() {
  const port = await findPort();
  const args = ['-m', 'llama_cpp.server', '--model', file, '--model_alias', 'smollm2'];
  const limits = ['--n_ctx', '4096', '--n_threads', '2', '--host', '127.0.0.1'];
  const child = spawn(python, [...args, ...limits, '--port', String(port)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (part) => (said = `${said}${part}`.slice(-4000)));
  const url = `http://127.0.0.1:${port}/v1`;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`llama.cpp's server ended:\n${said}`);
    const answer = await fetch(`${url}/models`).catch(() => null);
    if (answer?.ok) return { child, url };
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** A chat of some turns, every second one streamed; prints what was noted, and what the model did not keep to. */
async function tryOut(profileBy) {
  const counts = { turns: 0, changes: 0, refused: 0, unreadable: 0 };
  await withServer({ profileBy, maxTokens: 80 }, async ({ url, client }) => {
    const past = [];
    for (const [index, content] of messages.entries()) {
      past.push({ role: 'user', content });
      const asked = { user: 'anna', messages: past };
      const { reply, report, pieces } =
        index % 2 === 0 ? await stream(client, asked) : await chat(client, asked);
      past.push({ role: 'assistant', content: reply });
      counts.turns += 1;
      counts.changes += report.changes.length;
      counts.refused += report.refused.length;
      counts.unreadable += report.format_problem === null ? 0 : 1;
      expect(reply !== '', `${profileBy}: turn ${index + 1} has a reply`);
      expect(pieces === null || pieces > 1, `${profileBy}: turn ${index + 1} streams in pieces`);
      expect(!/<\/?(?:profile|response)>/u.test(reply), `${profileBy}: no block is shown`);
    }
    const { entries } = await client.user('anna').profile();
    for (const { slot, value, evidence } of entries) {
      console.log(`  ${slot}: ${value}   "${evidence[0]?.quote ?? ''}"`);
      const isSaid = messages.some((text) => text.includes(evidence[0]?.quote ?? ' '));
      expect(isSaid, `${profileBy}: ${slot} rests on the person's own words`);
    }
    const metrics = await (await fetch(`${url}/metrics`)).text();
    for (const line of metrics.split('\n')) {
      if (/^rlpa_(?:output_problems|profile_changes|profile_refused)/u.test(line)) {
        console.log(`  ${line}`);
      }
    }
    const problems = /^rlpa_output_problems_total(?:\{[^}]*\})? ([1-9]\d*)/mu.test(metrics);
    expect(counts.unreadable === 0 || problems, `${profileBy}: what failed is counted`);
  });
  console.log(`${profileBy}: ${JSON.stringify(counts)}`);
}

/** An upstream that is away is an error in the API's shape, and changes nothing. */
async function tryDown() {
  const ended = new Promise((resolve) => upstream.child.once('exit', resolve));
  await withServer({ profileBy: 'reply', maxTokens: 80 }, async ({ url, client }) => {
    upstream.child.kill('SIGTERM');
    await ended;
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user: 'anna', messages: [{ role: 'user', content: messages[0] }] }),
    });
    const { error } = await answer.json();
    expect(answer.status === 502 && error?.type === 'upstream_error', 'an upstream that is away');
    expect((await client.user('anna').profile()).entries.length === 0, 'nothing is kept of it');
    console.log(`away: ${answer.status} ${error?.code}`);
  });
}

async function withServer({ profileBy, maxTokens }, work) {
  const serving = await serve({
    ...{ port: 0, store: ':memory:', temperature: 0, profileBy },
    upstream: { baseUrl: upstream.url, model: 'smollm2', key: null },
    settings: { sampling: { maxTokens } },
  });
  try {
    await work({ url: serving.url, client: createClient({ baseUrl: serving.url }) });
  } finally {
    await serving.close();
  }
}

async function chat(client, asked) {
  const { choices, rlpa } = await client.chat(asked);
  return { reply: choices[0].message.content, report: rlpa, pieces: null };
}

async function stream(client, asked) {
  let [reply, report, pieces] = ['', null, 0];
  for await (const chunk of client.stream(asked)) {
    const text = chunk.choices[0]?.delta.content ?? '';
    pieces += text === '' ? 0 : 1;
    reply += text;
    report = chunk.rlpa ?? report;
  }
  return { reply, report, pieces };
}

function expect(isTrue, what) {
  if (!isTrue) failures.push(what);
}

function findPort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
