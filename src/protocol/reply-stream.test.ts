import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ReplyStream, type StreamedOutput, type UntaggedText } from './reply-stream.ts';

function stream(
  parts: readonly string[],
  untagged?: UntaggedText,
): StreamedOutput & { readonly shown: readonly string[] } {
  const shown: string[] = [];
  const reply = new ReplyStream((text) => shown.push(text), untagged);
  for (const part of parts) reply.push(part);
  return { ...reply.end(), shown };
}

const output = '<profile> + home_ oslo </profile> <response> A town, is it < 3 ? </response>';

describe('a reply that is still being written', () => {
  it('is shown without block and tags, however the output is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(output.length), { maxLength: 30 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), output.length];
        const parts = at.slice(1).map((end, index) => output.slice(at[index], end));
        const { reply, block, shown } = stream(parts);
        expect(reply).toBe('A town, is it < 3 ?');
        expect(block).toBe('+ home_ oslo');
        expect(shown.join('')).toBe(reply);
      }),
    );
  });

  it('is shown as soon as no tag can begin in it any more', () => {
    const { shown } = stream(['<profile></profile><response>', 'Hel', 'lo <', 'b>', ' there']);
    expect(shown).toEqual(['Hel', 'lo', ' <b>', ' there']);
  });

  it.each([
    ['no tags at all', 'Just text.', 'Just text.', null],
    ['a block and no reply tag', '<profile>x</profile>\n\nHi', 'Hi', 'x'],
    ['a reply and no block', '<response>Hi</response>', 'Hi', null],
    ['a block that is never closed', '<profile> + home_ oslo', '', null],
    ['a block that ends where the reply begins', '<profile> x <response> Hi', 'Hi', 'x'],
    [
      'a second block',
      '<profile>a</profile><response>b<profile>c</profile>d</response>',
      'bd',
      'a',
    ],
    ['text after the reply', '<response>Hi</response> and more', 'Hi', null],
    ['half a tag at the end', 'Hi </resp', 'Hi </resp', null],
    [
      'entries without the tag before',
      '+ home_ oslo </profile> <response> Hi',
      'Hi',
      '+ home_ oslo',
    ],
    ['entries and no tag at all', '+ home_ oslo', '', null],
    ['a list', '- one\n- two', '- one\n- two', null],
    ['nothing', '', '', null],
  ])('of %s is what a person may see of it', (_name, text, reply, block) => {
    expect(stream([...text])).toMatchObject({ reply, block });
  });

  it.each([
    ['entries and words without a tag', 'tone_ casual = style_ brief cool how about', '', null],
    ['words before the reply', 'tone_ casual <response> Hi </response>', 'Hi', null],
    ['words between block and reply', '<profile>x</profile> y <response>Hi</response>', 'Hi', 'x'],
    ['an end of block and no reply tag', 'tone_ casual </profile> cool how about', '', null],
    ['words between two replies', '<response></response> a <response>Hi</response>', 'Hi', null],
    ['a reply that never ends', '<profile> + home_ oslo <response> Hi', 'Hi', '+ home_ oslo'],
    [
      'entries inside of the reply',
      '<profile></profile><response> cool = music_ jazz </profile><response> Hi ?</response>',
      'cool Hi ?',
      '',
    ],
    ['entries as the reply', '<response> = music_ jazz + home_ oslo', '', null],
    ['a sum', '<response>2 + 2 = 4 ?</response>', '2 + 2 = 4 ?', null],
    ['a question before words', '<response>a town ? i see</response>', 'a town ? i see', null],
    ['a whole output', output, 'A town, is it < 3 ?', '+ home_ oslo'],
  ])('of %s is no word outside of its tags, where a model knows them', (_n, text, reply, block) => {
    const cut = stream([...text], 'dropped');
    expect(cut).toMatchObject({ reply, block });
    expect(cut.shown.join('')).toBe(reply);
    expect(stream([text], 'dropped')).toMatchObject({ reply, block });
  });
});
