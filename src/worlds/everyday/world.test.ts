/** How a chat model is spoken to in everyday talk: by its own template, in few words. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../base/index.ts';
import { createChatTemplate } from '../../chat/index.ts';
import { Dialogue, speakPlainly, type Dialect } from '../../protocol/index.ts';
import { createEverydayDialect } from './world.ts';

/** ChatML that begins with a system message of its own where the conversation has none, as SmolLM2's. */
const ownSystem = [
  "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}",
  "{{ '<|im_start|>system\\nYou are helpful.<|im_end|>\\n' }}{% endif %}",
  "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}",
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
].join('');

/** ChatML that knows no system messages, as some models'. */
const noSystem = [
  "{% for message in messages %}{% if message['role'] == 'system' %}{{ raise_exception('no system') }}{% endif %}",
  "{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}",
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}",
].join('');

const output = '<profile> + city_ Leeds </profile> <response> Leeds, nice! </response>';

describe('a chat model', () => {
  const random = createRandom(1);

  it("keeps its template's own system message, which instructions do not replace", () => {
    const dialogue = new Dialogue(createEverydayDialect({ explainsProtocol: true }));
    const text = createChatTemplate(ownSystem).render(dialogue.prompt('Hi!', random), true);
    expect(text).toMatch(
      /^<\|im_start\|>system\nYou are helpful\.<\|im_end\|>\n<\|im_start\|>user\n/u,
    );
    expect(text).toMatch(/<profile>.*\n\nHi!<\|im_end\|>\n<\|im_start\|>assistant\n$/su);
    expect(text.match(/<\|im_start\|>/gu)).toHaveLength(3);
  });

  it.each([ownSystem, noSystem])(
    'is shown a conversation that only grows, corrections included',
    (source) => {
      const template = createChatTemplate(source);
      const dialogue = new Dialogue(createEverydayDialect({ explainsProtocol: true }));
      const first = dialogue.prompt('Hi, I live in Leeds.', random);
      expect(dialogue.take({ text: output, finishReason: 'stop' }).formatProblem).toBeNull();
      const york = { slot: 'city', value: 'York' };
      const second = new Dialogue(createEverydayDialect({ explainsProtocol: true }), {
        ...dialogue.state,
        ...{ profile: [york], corrections: [{ kind: 'set', item: york }] },
      }).prompt('And now?', random);
      const known = [...first, { role: 'assistant' as const, content: output }];
      const added = template.renderAppend(known, second.slice(known.length));
      expect(`${template.render(first, true)}${output}${added}`).toBe(
        template.render(second, true),
      );
      expect(added).toContain('+ city_ York');
    },
  );

  it('is shown what is noted behind each message, where that is asked for', () => {
    const dialogue = new Dialogue(createEverydayDialect({ showsNotes: true }));
    expect(dialogue.prompt('I live in Leeds.', random)[0]!.content).toBe(
      'Keep notes about me.\n\nI live in Leeds.',
    );
    dialogue.take({ text: output, finishReason: 'stop' });
    expect(dialogue.prompt('And now?', random).at(-1)!.content).toBe(
      'Keep notes about me.\n\nAnd now?\n\nNoted: city_ Leeds',
    );
    const brief = new Dialogue(createEverydayDialect({ showsNotes: true, contextTurns: 1 }));
    brief.prompt('I live in Leeds.', random);
    brief.take({ text: output, finishReason: 'stop' });
    const shown = brief
      .prompt('And now?', random)
      .map(({ content }) => content)
      .join('\n');
    expect(shown).toContain('city_ Leeds');
    expect(shown).not.toContain('Noted: ');
  });

  it('is told the protocol in few words, by an example that can be read', () => {
    const { systemPrompt } = createEverydayDialect({ explainsProtocol: true });
    expect(systemPrompt.split(/\s+/u).length).toBeLessThan(110);
    const example = systemPrompt.split('\n').find((line) => line.startsWith('<profile>'))!;
    const dialogue = new Dialogue(createEverydayDialect());
    dialogue.prompt('Hi!', random);
    expect(dialogue.read({ text: example, finishReason: 'stop' }).formatProblem).toBeNull();
    expect(createEverydayDialect().systemPrompt).toBe('');
  });

  it('is told nothing else, yet can tell these conversations from any other', () => {
    const begin = (dialect: Dialect): string =>
      new Dialogue(dialect).prompt('Hi!', random)[0]!.content;
    const dialect = createEverydayDialect();
    expect(begin(dialect)).toMatch(/^Keep notes about me\.\n\nHi!$/u);
    expect(begin(speakPlainly(dialect))).toBe('Hi!');
  });
});
