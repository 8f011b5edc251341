import { describe, expect, it } from 'vitest';
import { AbortedError } from '../base/index.ts';
import { createScriptedChatModel, type ChatRequest } from './index.ts';

const request = (conversationId: string, content: string): ChatRequest => ({
  conversationId,
  messages: [{ role: 'user', content }],
  sampling: { maxTokens: 8, temperature: 0 },
  seed: 1,
});

describe('the scripted chat model', () => {
  it('answers from its list in order and keeps what it was asked', async () => {
    const model = createScriptedChatModel(['one', { text: 'tw', finishReason: 'length' }, 'three']);
    const first = await model.reply([request('a', 'x'), request('b', 'y')]);
    expect(first.map(({ text, finishReason }) => [text, finishReason])).toEqual([
      ['one', 'stop'],
      ['tw', 'length'],
    ]);
    await model.reply([request('a', 'z')]);
    await model.forget(['a']);
    expect(model.calls.map((batch) => batch.map(({ conversationId }) => conversationId))).toEqual([
      ['a', 'b'],
      ['a'],
    ]);
    expect(model.forgotten).toEqual(['a']);
    await expect(model.reply([request('a', 'more')])).rejects.toThrow(/no reply number 4/);
  });

  it('keeps requests as they were when asked', async () => {
    const model = createScriptedChatModel(({ messages }) => `echo ${messages.at(-1)?.content}`);
    const messages = [{ role: 'user' as const, content: 'hi' }];
    const [answer] = await model.reply([{ ...request('a', ''), messages }]);
    messages.push({ role: 'user', content: 'later' });
    expect(answer?.text).toBe('echo hi');
    expect(model.calls[0]?.[0]?.messages).toHaveLength(1);
  });

  it('stops when it is told to', async () => {
    const model = createScriptedChatModel(['one']);
    await expect(model.reply([request('a', 'x')], AbortSignal.abort())).rejects.toThrow(
      AbortedError,
    );
  });
});
