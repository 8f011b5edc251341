import { describe, expect, it } from 'vitest';
import { smallWorldDefinition } from './small-world/index.ts';

describe('messages to begin a chat with', () => {
  it.each(smallWorldDefinition.examples ?? [])('hold no unknown word: %s', (example) => {
    const spelled = smallWorldDefinition.createSpeller?.()(example);
    expect(spelled).toEqual({ message: example, unknownWords: [] });
  });

  it('are there, in a world of few words', () => {
    expect(smallWorldDefinition.examples).not.toHaveLength(0);
  });
});
