/** Messages of others as demonstrations: what is noted of them, and in which world they have a place. */
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseOutput } from '../../protocol/index.ts';
import { openWorld } from '../open-world.ts';
import { demonstrateMessages } from './demonstrate-messages.ts';
import { resolveWarmStart } from './warm-start.ts';

const file = path.resolve(
  import.meta.dirname,
  '../../../test/fixtures/persona-chat/conversations.jsonl',
);

const demonstrate = (
  preset: string,
  messages: string | null,
): ReturnType<typeof demonstrateMessages> => {
  const resolved = resolveWarmStart({ preset, settings: { warmStart: { messages } } });
  return demonstrateMessages(
    openWorld(resolved, { models: null, log: () => undefined }),
    resolved.settings,
  );
};

describe('messages of others', () => {
  const { schema } = openWorld(resolveWarmStart({ preset: 'everyday' }), {
    models: null,
    log: () => undefined,
  }).world.dialect;

  it('are answered in the protocol, and what they say of their writer is noted', () => {
    const turns = demonstrate('everyday', file).flatMap((talk) => talk.turns);
    const written = turns.map(({ output }) => parseOutput(output, schema));
    expect(written.every(({ ok }) => ok)).toBe(true);
    const noted = written.flatMap((output) => (output.ok ? output.changes : []));
    expect(noted.length).toBeGreaterThan(2);
    expect(noted.every(({ kind }) => kind === 'set')).toBe(true);
    expect(noted.some(({ item }) => item.slot === 'about')).toBe(true);
  });

  it('are answered without a word of the other person', () => {
    const replies = demonstrate('everyday', file)
      .flatMap((talk) => talk.turns)
      .map(({ output }) => parseOutput(output, schema))
      .flatMap((output) => (output.ok ? [output.response] : []));
    expect(replies.filter((reply) => /\b(?:my|I'm|I've)\b/iu.test(reply))).toEqual([]);
  });

  it('are none where no file is named', () => {
    expect(demonstrate('everyday', null)).toEqual([]);
  });

  it('have no place in a world of closed words', () => {
    expect(() => demonstrate('small-world', file)).toThrow(/warmStart\.messages: .*no place/u);
  });
});
