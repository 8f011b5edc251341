import { expect, it } from 'vitest';
import { showControls } from './terminal.ts';

it('shows what would steer a terminal, and leaves text alone', () => {
  const escape = '\u001b]0;title\u0007\u001b[2J\u009b31mred\r\u202eevil\u2066';
  expect(showControls(escape)).toBe(
    '\\u001b]0;title\\u0007\\u001b[2J\\u009b31mred\\u000d\\u202eevil\\u2066',
  );
  const text = 'Grüße, 你好 👩‍👩‍👧\tcafé\nnext line';
  expect(showControls(text)).toBe(text);
});

it('keeps JSON the same JSON', () => {
  const value = { text: '\u001b[2J \u009b \u202e "quoted" \\', list: ['\u007f'] };
  expect(JSON.parse(showControls(JSON.stringify(value)))).toEqual(value);
});
