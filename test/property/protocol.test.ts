import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProfileChange, ProfileSchema } from '../../src/profile/index.ts';
import { parseOutput, protocolTags, renderOutput } from '../../src/protocol/index.ts';

const slots = ['drink', 'job', 'free-time'];
const wordSchema: ProfileSchema = {
  name: 'words',
  version: 1,
  slots: slots.map((name) => ({ name, kind: 'fact', multiple: false })),
};
const freeSchema: ProfileSchema = {
  name: 'free',
  version: 1,
  slots: [{ name: 'item', kind: 'fact', multiple: true }],
};
const word = fc.stringMatching(/^[a-z0-9'é]{1,8}$/u);
const text = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join(' '));
const kind = fc.constantFrom<ProfileChange['kind']>('set', 'retract');

function outputs(slot: fc.Arbitrary<string>, question: fc.Arbitrary<string>) {
  const item = fc.record({ slot, value: text });
  return fc.record({
    changes: fc.array(fc.record({ kind, item }), { maxLength: 4 }),
    recalls: fc.array(item, { maxLength: 3 }),
    question: fc.option(question),
    response: text,
  });
}

describe('the output protocol', () => {
  it.each([
    ['slots', wordSchema, outputs(fc.constantFrom(...slots), fc.constantFrom(...slots))],
    ['free text', freeSchema, outputs(fc.constant('item'), text)],
  ] as const)('reads back what it wrote, with %s', (_, schema, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (output) => {
        expect(parseOutput(renderOutput(output, schema), schema)).toEqual({ ok: true, ...output });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('never throws, whatever a model writes', () => {
    const piece = fc.constantFrom(
      ...protocolTags,
      '+',
      '-',
      '=',
      '?',
      'drink_',
      'job_',
      'tea',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const parsed = parseOutput(pieces.join(' '), wordSchema);
        expect(typeof parsed.ok).toBe('boolean');
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
