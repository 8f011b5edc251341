import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { criterionNames } from './types.ts';
import { readVerdict } from './verdict-text.ts';

const flat = (last: unknown = 'yes'): Record<string, unknown> => ({
  naturalness: 'yes',
  relevance: 'yes',
  logic: 'no',
  engagement: 'yes',
  informativeness: last,
});
const criteria = { naturalness: 1, relevance: 1, logic: 0, engagement: 1, informativeness: 1 };
const nested = Object.fromEntries(
  Object.entries(flat()).map(([name, verdict]) => [name, { verdict, reason: `about ${name}` }]),
);
const lines = criterionNames.map((name) => `- **${name}**: ${name === 'logic' ? 'No' : 'Yes'}.`);

describe('the answer of a judge', () => {
  it.each<[string, string]>([
    ['as asked for', JSON.stringify(nested)],
    ['without reasons', JSON.stringify(flat())],
    ['in a code fence', `\`\`\`json\n${JSON.stringify(nested, null, 2)}\n\`\`\``],
    ['in prose', `Let me see {well}. Here it is: ${JSON.stringify(flat())} I hope it helps.`],
    ['in capitals', JSON.stringify(flat()).replaceAll('naturalness', 'Naturalness')],
    ['with truth values', JSON.stringify(flat()).replaceAll('"yes"', 'true').replace('"no"', '0')],
    ['one level down', JSON.stringify({ verdicts: nested, summary: 'fine' })],
    ['as lines', lines.join('\n')],
    ['twice the same', `${JSON.stringify(flat())}\n${JSON.stringify(nested)}`],
  ])('is read %s', (_, text) => {
    expect(readVerdict(text)?.criteria).toEqual(criteria);
  });

  it('comes with its reasons', () => {
    expect(readVerdict(JSON.stringify(nested))?.reasons.logic).toBe('about logic');
  });

  it.each<[string, string]>([
    ['empty', ''],
    ['prose', 'The reply is natural and relevant, so yes.'],
    ['one number', '1'],
    ['cut off', JSON.stringify(nested).slice(0, -40)],
    ['without a criterion', JSON.stringify({ ...flat(), logic: undefined })],
    ['with a verdict that is neither', JSON.stringify(flat('mostly'))],
    ['with a grade', JSON.stringify(flat(0.7))],
    ['with null', JSON.stringify(flat(null))],
    ['two that differ', `${JSON.stringify(flat())} ${JSON.stringify(flat('no'))}`],
    ['lines that differ', [...lines, 'logic: yes'].join('\n')],
    ['lines with one missing', lines.slice(1).join('\n')],
  ])('is no verdict when it is %s', (_, text) => {
    expect(readVerdict(text)).toBeNull();
  });

  it('is a whole verdict of zeros and ones or none, whatever it says', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        JSON.stringify(flat()),
        JSON.stringify(nested),
        '{',
        '}',
        '"',
        '\\',
        ...lines,
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const verdict = readVerdict(pieces.join(' '));
        if (verdict === null) return;
        for (const name of criterionNames) expect([0, 1]).toContain(verdict.criteria[name]);
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
