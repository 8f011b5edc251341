import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError } from '../base/index.ts';
import {
  createChatTemplate,
  lineChatTemplate,
  loadChatTemplate,
  smallChatTemplate,
  type Message,
} from './index.ts';

/** ChatML as Qwen2.5 writes it: a system message of its own where none is given. */
const chatMl = `{%- if messages[0]['role'] == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
{%- else %}
    {{- '<|im_start|>system\\nYou are a helpful assistant.<|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if message.role == 'user' or (message.role == 'system' and not loop.first) or message.role == 'assistant' %}
        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}`;

/** Drops the reasoning of earlier replies, as reasoning models' templates do. */
const forgetful = `{%- for message in messages -%}
{{- '<|im_start|>' + message.role + '\\n' + message.content.split('</think>')[-1] + '<|im_end|>\\n' -}}
{%- endfor -%}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif -%}`;

const user = (content: string): Message => ({ role: 'user', content });
const note = (content: string): Message => ({ role: 'system', content });
const reply = (content: string): Message => ({ role: 'assistant', content });

describe('the templates of the small models', () => {
  it('write one tag a message, a blank apart', () => {
    const template = createChatTemplate(smallChatTemplate);
    expect(template.renderAppend([], [user('hello there'), note('open diet')])).toBe(
      '<|user|> hello there <|note|> open diet <|assistant|> ',
    );
    const said = [user('hello'), reply('hi')];
    expect(template.renderAppend(said, [user('bye')])).toBe(' <|user|> bye <|assistant|> ');
  });

  it('let an output begin right behind its tag where blanks are tokens', () => {
    const template = createChatTemplate(lineChatTemplate);
    expect(template.renderAppend([], [note('Be kind.'), user('Hello')])).toBe(
      '<|note|> Be kind.\n<|user|> Hello\n<|assistant|>',
    );
    const said = [user('Hello'), reply('<response> Hi </response>')];
    expect(template.renderAppend(said, [user('Bye')])).toBe('\n<|user|> Bye\n<|assistant|>');
    expect(template.replySuffix).toBe('\n');
  });
});

describe('a ChatML template', () => {
  const template = createChatTemplate(chatMl);

  it('renders a conversation as Qwen2.5 does, later system messages included', () => {
    expect(template.render([user('Hi'), note('open: diet')], true)).toBe(
      '<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n' +
        '<|im_start|>user\nHi<|im_end|>\n<|im_start|>system\nopen: diet<|im_end|>\n<|im_start|>assistant\n',
    );
    expect(template.replySuffix).toBe('<|im_end|>\n');
  });

  it('appends only what is new, without the end token that was sampled', () => {
    const said = [note('Be kind.'), user('Hi'), reply('Hello')];
    const added = '\n<|im_start|>user\nBye<|im_end|>\n<|im_start|>assistant\n';
    expect(template.renderAppend(said, [user('Bye')], '<|im_end|>')).toBe(added);
    expect(template.renderAppend(said, [user('Bye')])).toBe(`<|im_end|>${added}`);
  });
});

describe('renderAppend', () => {
  it('joins to the whole rendering, whatever is said', () => {
    const text = fc.string({ unit: 'binary', maxLength: 12 });
    for (const source of [chatMl, smallChatTemplate, lineChatTemplate]) {
      const template = createChatTemplate(source);
      fc.assert(
        fc.property(
          text,
          fc.array(fc.tuple(text, text), { maxLength: 4 }),
          text,
          (system, turns, last) => {
            const said: Message[] = [];
            let joined = '';
            for (const [question, answer] of turns) {
              const added = said.length === 0 ? [note(system), user(question)] : [user(question)];
              joined += template.renderAppend(said, added) + answer;
              said.push(...added, reply(answer));
            }
            joined += template.renderAppend(said, [user(last)]);
            expect(joined).toBe(template.render([...said, user(last)], true));
          },
        ),
        { seed: 7, numRuns: 30 },
      );
    }
  });

  it('refuses a template that changes what was said before', () => {
    const template = createChatTemplate(forgetful);
    expect(template.renderAppend([user('a'), reply('b')], [user('c')])).toContain('user\nc');
    const said = [user('a'), reply('<think>hm</think>b')];
    expect(() => template.renderAppend(said, [user('c')])).toThrow(DataError);
  });

  it('passes on why a template refuses the messages', () => {
    const strict = createChatTemplate(
      "{%- for m in messages -%}{%- if m.role == 'system' -%}{{ raise_exception('no system role') }}{%- endif -%}{{ m.content }}{%- endfor -%}",
    );
    expect(() => strict.renderAppend([], [note('a')])).toThrow(/no system role/);
    expect(() => strict.renderAppend([], [note('a')])).toThrow(DataError);
  });
});

describe('loading a template', () => {
  const folderWith = (files: Record<string, string>): string => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'template-'));
    for (const [name, text] of Object.entries(files))
      fs.writeFileSync(path.join(folder, name), text);
    return folder;
  };
  const configOf = (value: unknown): Record<string, string> => ({
    'tokenizer_config.json': JSON.stringify(value),
  });

  it('reads the string form, the list form and the file beside it', () => {
    const source = '{{ bos_token }}{{ messages[0].content }}';
    const bos = { bos_token: { content: '<s>' } };
    const named = [
      { name: 'tool_use', template: 'no' },
      { name: 'default', template: source },
    ];
    for (const files of [
      configOf({ ...bos, chat_template: source }),
      configOf({ ...bos, chat_template: named }),
      { ...configOf({ ...bos, chat_template: 'old' }), 'chat_template.jinja': source },
    ]) {
      expect(loadChatTemplate(folderWith(files)).render([user('hi')], false)).toBe('<s>hi');
    }
  });

  it('names the file where there is none, or where it is malformed', () => {
    expect(() => loadChatTemplate(folderWith(configOf({})))).toThrow(/chat_template/);
    expect(() => loadChatTemplate(folderWith(configOf({ chat_template: 3 })))).toThrow(DataError);
    expect(() => loadChatTemplate(folderWith(configOf({ chat_template: '{% if' })))).toThrow(
      DataError,
    );
  });
});
