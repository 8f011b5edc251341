/** An application whose chat knows each person: they can read what is known of them, correct it, erase it. */
import { Hono } from 'hono';
import { serve } from 'rlpa/app';
import { createClient } from 'rlpa/client';

const server = await serve({ port: 0, store: ':memory:', temperature: 0 });
const memory = createClient({ baseUrl: server.url });

const app = new Hono();
app.post('/:user/say', async (context) => {
  const messages = [{ role: 'user' as const, content: await context.req.text() }];
  const { choices, rlpa } = await memory.chat({ user: context.req.param('user'), messages });
  const learnt = rlpa.changes.map(({ kind, entry }) => `${kind} ${entry?.slot}: ${entry?.value}`);
  return context.json({ reply: choices[0]?.message.content, learnt });
});
app.get('/:user', async (context) =>
  context.text(await memory.user(context.req.param('user')).promptText()),
);
app.delete('/:user', async (context) =>
  context.json(await memory.user(context.req.param('user')).erase()),
);

const say = async (text: string): Promise<void> =>
  console.log(await (await app.request('/anna/say', { method: 'POST', body: text })).json());
await say('Hello, I live in Berlin.');
await say('I love jazz music.');
console.log(await (await app.request('/anna')).text());
console.log(await (await app.request('/anna', { method: 'DELETE' })).json());
await server.close();
