/** Chat templates that are endless, wrong, or nearly right. */
import fc from 'fast-check';

/** Templates that parse and then never end, or fill the memory. */
export const endlessTemplates = fc
  .tuple(
    fc.integer({ min: 2, max: 9 }),
    fc.constantFrom('x', '{%- set x.a = x.a + x.a -%}', '{%- set x.a = [x.a, x.a] -%}'),
    fc.constantFrom('', '{{ x.a }}', '{{ x.a|tojson }}'),
    fc.constantFrom(30, 1000, 100_000, 1e9),
  )
  .map(([depth, body, end, times]) => {
    const open = Array.from(
      { length: depth },
      (_, level) => `{%- for i${level} in range(${times}) -%}`,
    );
    const loops = `${open.join('')}${body}${'{%- endfor -%}'.repeat(depth)}`;
    const text = `{%- set x = namespace(a=[1]) -%}${loops}${end}{{ messages[0].content }}`;
    return { kind: 'template', text } as const;
  });

/** Snippets of templates, one after another. */
export const templates = fc
  .array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.constant(
          "{%- for m in messages -%}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{%- endfor -%}",
        ),
      },
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          ...[
            '{% for i in range(1000000) %}',
            '{% for i in messages %}',
            '{% endfor %}',
            '{% if true %}',
          ],
          ...[
            '{% endif %}',
            '{{ messages }}',
            '{{ messages|tojson }}',
            '{% set x = namespace(a=[1]) %}',
          ],
          ...[
            '{% set x.a = x.a + x.a %}',
            '{% for i in range(40) %}{% set x.a = x.a + x.a %}{% endfor %}',
          ],
          ...[
            "{{ 'a'.replace('a', 'b' * 9) }}",
            '{% macro f() %}{{ f() }}{% endmacro %}',
            '{{ f() }}',
          ],
          ...[
            '{{ messages[0].content.split("") }}',
            '{{ range(9, 0, 0) }}',
            '{{ 1/0 }}',
            '{{ x }}',
            '{# ',
          ],
          ...[
            '{{ raise_exception("no") }}',
            '{{ strftime_now("%Y") }}',
            '{{',
            '}}',
            '{%- -%}',
            ' '.repeat(3000),
          ],
          ...[
            '{{ messages.__proto__ }}',
            '{{ (1)["constructor"] }}',
            '{{ none.x }}',
            '{{ 2 ** 1000 }}',
          ],
          ...[
            "{{ '\\u001b[2J' }}",
            '{% break %}',
            '{% set ns = messages %}',
            '{{ ns[-1]["content"]|upper }}',
          ],
        ),
      },
      { weight: 1, arbitrary: fc.string({ maxLength: 20 }) },
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));
