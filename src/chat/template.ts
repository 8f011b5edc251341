/**
 * Chat templates: messages to text, in append-only pieces.
 *
 * A conversation is one growing token sequence, so only the text after the last sampled reply is
 * ever rendered anew. A template under which earlier text changes when messages are added (one that
 * drops old reasoning, say) cannot be used that way and is refused.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Template } from '@huggingface/jinja';
import { z } from 'zod';
import { DataError, invariant, readJsonFile, readTextFile } from '../base/index.ts';
import type { Message } from './types.ts';

export interface ChatTemplate {
  /** Text the template writes after a reply: the end-of-turn token where it has one. */
  readonly replySuffix: string;
  render(messages: readonly Message[], addGenerationPrompt: boolean): string;
  /**
   * Text that continues a conversation: from the end of the last reply, of which `sampledSuffix`
   * was sampled as well, to where the next reply begins. Throws `DataError` where adding messages
   * changes earlier text.
   */
  renderAppend(
    previous: readonly Message[],
    added: readonly Message[],
    sampledSuffix?: string,
  ): string;
}

/** Compiles a Jinja chat template. Throws `DataError` where it does not parse. */
export function createChatTemplate(
  source: string,
  variables: Readonly<Record<string, unknown>> = {},
): ChatTemplate {
  let template: Template;
  try {
    template = new Template(source);
  } catch (cause) {
    throw new DataError(
      'template_malformed',
      `The chat template does not parse: ${(cause as Error).message}`,
      { cause },
    );
  }
  const render = (messages: readonly Message[], addGenerationPrompt: boolean): string => {
    try {
      return template.render({
        ...variables,
        messages: messages.map((message) => ({ ...message })),
        add_generation_prompt: addGenerationPrompt,
      });
    } catch (cause) {
      const roles = messages.map(({ role }) => role).join(', ');
      throw new DataError(
        'template_refused',
        `The chat template does not take messages of the roles ${roles}: ${(cause as Error).message}`,
        { details: { roles }, hint: 'Use a template that takes these roles in this order.', cause },
      );
    }
  };
  return {
    replySuffix: findReplySuffix(render),
    render,
    renderAppend(previous, added, sampledSuffix = '') {
      const whole = render([...previous, ...added], true);
      const last = previous[previous.length - 1];
      if (!last) return whole;
      invariant(last.role === 'assistant', 'a conversation is continued after a reply');
      const before = `${render(previous.slice(0, -1), true)}${last.content}`;
      if (!whole.startsWith(before)) {
        throw new DataError(
          'template_not_stable',
          'The chat template changes earlier text when messages are added, so a conversation cannot be continued.',
          { hint: 'Use a template that renders every message the same way wherever it stands.' },
        );
      }
      const rest = whole.slice(before.length);
      return rest.startsWith(sampledSuffix) ? rest.slice(sampledSuffix.length) : rest;
    },
  };
}

/** What stands after a reply at the end of a conversation; empty where the template changes it. */
function findReplySuffix(render: ChatTemplate['render']): string {
  const probe = [{ role: 'user', content: 'a' } as const];
  const opened = `${render(probe, true)}b`;
  const closed = render([...probe, { role: 'assistant', content: 'b' }], false);
  return closed.startsWith(opened) ? closed.slice(opened.length) : '';
}

const tokenSchema = z.union([z.string(), z.looseObject({ content: z.string() })]).nullish();

const configSchema = z.looseObject({
  chat_template: z
    .union([z.string(), z.array(z.looseObject({ name: z.string(), template: z.string() }))])
    .nullish(),
  bos_token: tokenSchema,
  eos_token: tokenSchema,
});

const tokenText = (token: z.infer<typeof tokenSchema>): string =>
  typeof token === 'string' ? token : (token?.content ?? '');

/**
 * Reads the chat template of a model folder: `chat_template.jinja`, or else the one in
 * `tokenizer_config.json`. Throws `DataError` where there is none or it does not parse.
 */
export function loadChatTemplate(folder: string): ChatTemplate {
  const configFile = path.join(folder, 'tokenizer_config.json');
  const parsed = configSchema.safeParse(readJsonFile(configFile, 'tokenizer configuration'));
  if (!parsed.success) {
    throw new DataError(
      'tokenizer_config_malformed',
      `${configFile}: ${z.prettifyError(parsed.error)}`,
      { details: { file: configFile } },
    );
  }
  const { chat_template: stored, bos_token: bos, eos_token: eos } = parsed.data;
  const file = path.join(folder, 'chat_template.jinja');
  const source = fs.existsSync(file)
    ? readTextFile(file, 'chat template')
    : typeof stored === 'string'
      ? stored
      : stored?.find(({ name }) => name === 'default')?.template;
  if (source === undefined) {
    throw new DataError('template_missing', `${configFile}: expected a key "chat_template".`, {
      details: { file: configFile },
      hint: 'Use a chat model, or put a chat_template.jinja into the folder.',
    });
  }
  return createChatTemplate(source, { bos_token: tokenText(bos), eos_token: tokenText(eos) });
}
