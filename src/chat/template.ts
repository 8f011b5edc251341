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
import { DataError, readJsonFile, readTextFile } from '../base/index.ts';
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

/**
 * Template of the small models: `<|user|> ... <|note|> ... <|assistant|> ...`, words apart.
 * The program's note has the role system.
 */
export const smallChatTemplate = [
  "{%- set tags = {'user': '<|user|>', 'system': '<|note|>', 'assistant': '<|assistant|>'} -%}",
  "{%- for message in messages -%}{{ tags[message.role] + ' ' + message.content + ' ' }}{%- endfor -%}",
  "{%- if add_generation_prompt -%}{{ '<|assistant|> ' }}{%- endif -%}",
].join('');

/** Tokens `smallChatTemplate` writes. */
export const smallChatTokens = ['<|user|>', '<|note|>', '<|assistant|>'] as const;

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
  const render = (messages: readonly Message[], addGenerationPrompt: boolean): string =>
    template.render({
      ...variables,
      messages: messages.map((message) => ({ ...message })),
      add_generation_prompt: addGenerationPrompt,
    });
  const probe = [{ role: 'user', content: 'a' } as const];
  const opened = `${render(probe, true)}b`;
  const closed = render([...probe, { role: 'assistant', content: 'b' }], false);
  const replySuffix = closed.startsWith(opened) ? closed.slice(opened.length) : '';
  return {
    replySuffix,
    render,
    renderAppend(previous, added, sampledSuffix = '') {
      const whole = render([...previous, ...added], true);
      const last = previous[previous.length - 1];
      if (!last) return whole;
      const before = `${render(previous.slice(0, -1), true)}${last.content}`;
      if (last.role !== 'assistant' || !whole.startsWith(before)) {
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

type TemplateConfig = {
  readonly chat_template?: string | readonly { readonly name: string; readonly template: string }[];
  readonly bos_token?: string | { readonly content: string } | null;
  readonly eos_token?: string | { readonly content: string } | null;
};

const tokenText = (token: TemplateConfig['bos_token']): string =>
  typeof token === 'string' ? token : (token?.content ?? '');

/** Reads the chat template of a model folder. Throws `DataError` where it has none. */
export function loadChatTemplate(folder: string): ChatTemplate {
  const configFile = path.join(folder, 'tokenizer_config.json');
  const config = readJsonFile(configFile, 'tokenizer configuration') as TemplateConfig;
  const file = path.join(folder, 'chat_template.jinja');
  const { chat_template: stored } = config;
  const source = fs.existsSync(file)
    ? readTextFile(file, 'chat template')
    : typeof stored === 'string'
      ? stored
      : stored?.find(({ name }) => name === 'default')?.template;
  if (source === undefined) {
    throw new DataError('template_missing', `${configFile}: expected a key "chat_template".`, {
      hint: 'Use a chat model, or put a chat_template.jinja into the folder.',
    });
  }
  return createChatTemplate(source, {
    bos_token: tokenText(config.bos_token),
    eos_token: tokenText(config.eos_token),
  });
}
