/**
 * Chat templates: messages to text, in append-only pieces.
 *
 * A conversation is one growing token sequence, so only the text after the last sampled reply is
 * ever rendered anew. A template under which earlier text changes when messages are added (one that
 * drops old reasoning, say) cannot be used that way and is refused. So is one that is endless, or
 * takes too long: a model folder may come from anywhere.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Template } from '@huggingface/jinja';
import { z } from 'zod';
import { DataError, invariant, readJsonFile, readTextFile, TimeLimit } from '../base/index.ts';
import { isGgufPath } from '../gguf/index.ts';
import { renderGgufTokenizer } from '../tokenizer/index.ts';
import { longestTemplate, renderBounded } from './bounded-template.ts';
import { lineChatTemplate, smallChatTemplate } from './small-templates.ts';
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
 * Compiles a Jinja chat template; `subject` is what messages call it. Throws `DataError` where it does
 * not parse.
 */
export function createChatTemplate(
  source: string,
  variables: Readonly<Record<string, unknown>> = {},
  subject = 'The chat template',
): ChatTemplate {
  const runner = createRunner(source, subject);
  const template = runner(source.length, () => compile(source, subject));
  const renderOnce: ChatTemplate['render'] = (messages, addGenerationPrompt) => {
    try {
      const given = {
        ...variables,
        messages: messages.map((message) => ({ ...message })),
        add_generation_prompt: addGenerationPrompt,
      };
      return renderBounded(template, given, countChars(messages));
    } catch (cause) {
      const roles = messages.map(({ role }) => role).join(', ');
      throw new DataError(
        'template_refused',
        `${subject} does not take messages of the roles ${roles}: ${(cause as Error).message}`,
        { details: { roles }, hint: 'Use a template that takes these roles in this order.', cause },
      );
    }
  };
  const render: ChatTemplate['render'] = (messages, addGenerationPrompt) =>
    runner(countChars(messages), () => renderOnce(messages, addGenerationPrompt));
  return {
    replySuffix: findReplySuffix(render),
    render,
    renderAppend: (previous, added, sampledSuffix = '') =>
      runner(2 * countChars([...previous, ...added]), () =>
        renderAppend(renderOnce, previous, added, sampledSuffix),
      ),
  };
}

type Runner = <Result>(size: number, work: () => Result) => Result;

/** Runs a template: our own at once, others under a time limit. */
function createRunner(source: string, subject: string): Runner {
  if (source === smallChatTemplate || source === lineChatTemplate) return (_size, work) => work();
  const limit = new TimeLimit({
    subject,
    hint: 'A loop in it never ends, or nearly so; use the template of the original model.',
  });
  return (size, work) => limit.run(size, work);
}

function compile(source: string, subject: string): Template {
  try {
    if (source.length <= longestTemplate) return new Template(source);
    throw new Error(`expected at most ${longestTemplate} characters, found ${source.length}`);
  } catch (cause) {
    throw new DataError(
      'template_malformed',
      `${subject} does not parse: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** Size of a conversation for limits: its characters, and a few for every message. */
function countChars(messages: readonly Message[]): number {
  return messages.reduce((sum, { content }) => sum + content.length + 20, 0);
}

function renderAppend(
  render: ChatTemplate['render'],
  previous: readonly Message[],
  added: readonly Message[],
  sampledSuffix: string,
): string {
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

/** Largest tokenizer_config.json in bytes. */
const largestConfig = 16 * 2 ** 20;

const tokenText = (token: z.infer<typeof tokenSchema>): string =>
  typeof token === 'string' ? token : (token?.content ?? '');

/**
 * Reads the chat template of a model folder (`chat_template.jinja`, or else the one in
 * `tokenizer_config.json`), or of a GGUF file. Throws `DataError` where there is none or it does not
 * parse.
 */
export function loadChatTemplate(place: string): ChatTemplate {
  const isGguf = isGgufPath(place);
  const configFile = isGguf ? place : path.join(place, 'tokenizer_config.json');
  const parsed = configSchema.safeParse(
    isGguf
      ? renderGgufTokenizer(place).config
      : readJsonFile(configFile, 'tokenizer configuration', { maxBytes: largestConfig }),
  );
  if (!parsed.success) {
    throw new DataError(
      'tokenizer_config_malformed',
      `${configFile}: ${z.prettifyError(parsed.error)}`,
      { details: { file: configFile } },
    );
  }
  const { chat_template: stored, bos_token: bos, eos_token: eos } = parsed.data;
  const file = path.join(place, 'chat_template.jinja');
  const source =
    !isGguf && fs.existsSync(file)
      ? readTextFile(file, 'chat template', { maxBytes: 4 * longestTemplate })
      : typeof stored === 'string'
        ? stored
        : stored?.find(({ name }) => name === 'default')?.template;
  if (source === undefined) {
    const key = isGguf ? 'tokenizer.chat_template' : 'chat_template';
    throw new DataError('template_missing', `${configFile}: expected a key "${key}".`, {
      details: { file: configFile },
      hint: isGguf
        ? 'Use a chat model.'
        : 'Use a chat model, or put a chat_template.jinja into the folder.',
    });
  }
  const subject = `The chat template of ${place}`;
  const tokens = { bos_token: tokenText(bos), eos_token: tokenText(eos) };
  return createChatTemplate(source, tokens, subject);
}
