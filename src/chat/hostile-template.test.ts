/** Chat templates that somebody made to harm whoever renders them. */
import { describe, expect, it } from 'vitest';
import { DataError } from '../base/index.ts';
import { createChatTemplate, type Message } from './index.ts';

const messages: readonly Message[] = [{ role: 'user', content: 'hello' }];

/** Peak memory may only grow by so much, in bytes. */
const mostMemory = 700 * 2 ** 20;

const loop = (body: string, times = 60): string =>
  `{%- set ns = namespace(x='ab', list=[1, 2]) -%}{%- for i in range(${times}) -%}${body}{%- endfor -%}`;

describe('a template that would never end, or fill the memory', () => {
  const nested = Array.from({ length: 9 }, (_, depth) => `{%- for i${depth} in range(1000) -%}`);
  it.each<[string, string]>([
    ['loops in loops', `${nested.join('')}x${'{%- endfor -%}'.repeat(9)}`],
    ['an endless range', '{%- for i in range(1000000000) -%}{%- endfor -%}'],
    ['a range that stands still', '{%- for i in range(0, 1, 0) -%}{%- endfor -%}'],
    ['a range of no numbers', "{%- for i in range('a', 'b') -%}{%- endfor -%}"],
    ['a text that doubles', loop('{%- set ns.x = ns.x + ns.x -%}')],
    ['a text that doubles and is read', loop('{%- set ns.x = (ns.x + ns.x)|upper -%}')],
    ['a list that doubles', loop('{%- set ns.list = ns.list + ns.list -%}')],
    [
      'a list of lists of itself',
      `${loop('{%- set ns.list = [ns.list, ns.list] -%}')}{{ ns.list }}`,
    ],
    ['the same as JSON', `${loop('{%- set ns.list = [ns.list, ns.list] -%}')}{{ ns.list|tojson }}`],
    ['a text that is replaced by itself', loop("{%- set ns.x = ns.x.replace('a', ns.x) -%}")],
    ['a macro that calls itself', '{%- macro f() -%}{{ f() }}{{ f() }}{%- endmacro -%}{{ f() }}'],
    ['blanks that are scanned again and again', ' '.repeat(190_000)],
    [
      'a text of a million characters',
      `{%- for i in range(50000) -%}${'x'.repeat(20)}{%- endfor -%}`,
    ],
    ['a template of a book', 'x'.repeat(300_000)],
    ['brackets without end', `{{ ${'('.repeat(90_000)}`],
  ])('%s', (name, source) => {
    const before = process.memoryUsage().rss;
    const startMs = performance.now();
    const render = (): string => createChatTemplate(source).renderAppend([], messages);
    if (name.startsWith('blanks')) expect(render).not.toThrow(RangeError);
    else expect(render).toThrow(DataError);
    expect(performance.now() - startMs).toBeLessThan(5000);
    expect(process.memoryUsage().rss - before).toBeLessThan(mostMemory);
  });
});

describe('what published templates need', () => {
  it.each<[string, string, string | RegExp]>([
    ['the date', "{{ strftime_now('%Y') }}", /^20\d\d$/u],
    ['counting', '{% for i in range(3) %}{{ i }}{% endfor %}', '012'],
    ['counting down', '{% for i in range(6, 0, -2) %}{{ i }}{% endfor %}', '642'],
    ['what is not', '{{ tools is defined }}{{ none }}{{ True }}', 'falsetrue'],
    ['a last message', '{{ messages[-1].content|trim }}', 'hello'],
  ])('%s', (_, source, expected) => {
    const text = createChatTemplate(source).render(messages, true);
    if (typeof expected === 'string') expect(text).toBe(expected);
    else expect(text).toMatch(expected);
  });

  it('and very long conversations', () => {
    const source =
      "{%- for m in messages -%}{%- if m.role == 'user' -%}{{ '<u>' + m.content|trim + '</u>' }}{%- else -%}{{ m.content }}{%- endif -%}{%- endfor -%}";
    const template = createChatTemplate(source);
    const long = 'word '.repeat(2000).trim();
    const said = Array.from({ length: 100 }, (_, index): Message[] => [
      { role: 'user', content: `${index} ${long}` },
      { role: 'assistant', content: long },
    ]).flat();
    const added = template.renderAppend(said, [{ role: 'user', content: 'bye' }]);
    expect(added).toBe('<u>bye</u>');
  });
});
