/** An application whose chat knows each person: they can read what is known of them, and have it erased. */
import { Hono } from 'hono';
import { serve } from 'rlpa/app';
import { createClient, type ChatCompletion, type ChatInput } from 'rlpa/client';

const server = await serve({ port: 0, store: ':memory:', temperature: 0 });
const memory = createClient({ baseUrl: server.url });

const app = new Hono();
app.post('/:user/chat', async (context) => {
  const { messages } = await context.req.json<ChatInput>();
  return context.json(await memory.chat({ user: context.req.param('user'), messages }));
});
app.get('/:user', async (context) =>
  context.text(await memory.user(context.req.param('user')).promptText()),
);
app.delete('/:user', async (context) =>
  context.json(await memory.user(context.req.param('user')).erase()),
);

const messages: ChatInput['messages'] = [];
for (const content of ['Good morning.', 'I love jazz music.', 'I live in Berlin.']) {
  messages.push({ role: 'user', content });
  const body = JSON.stringify({ messages });
  const answered = await app.request('/anna/chat', { method: 'POST', body });
  messages.push(((await answered.json()) as ChatCompletion).choices[0]!.message);
}
console.log(await (await app.request('/anna')).text());
console.log(await (await app.request('/anna', { method: 'DELETE' })).json());
await server.close();
