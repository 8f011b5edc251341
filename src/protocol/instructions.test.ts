import { describe, expect, it } from 'vitest';
import type { ProfileSchema } from '../profile/index.ts';
import { explainProtocol, parseOutput, profileModes } from './index.ts';

const slots: ProfileSchema = {
  name: 'slots',
  version: 1,
  slots: [
    { name: 'drink', kind: 'preference', multiple: false, values: ['tea'] },
    { name: 'job', kind: 'fact', multiple: false },
  ],
};
const freeText: ProfileSchema = {
  name: 'free',
  version: 1,
  slots: [{ name: 'item', kind: 'fact', multiple: true }],
};

describe('explainProtocol', () => {
  it.each([slots, freeText].flatMap((schema) => profileModes.map((mode) => ({ schema, mode }))))(
    'shows an example that reads back: $schema.name, $mode',
    ({ schema, mode }) => {
      const text = explainProtocol(schema, mode);
      const [example = ''] = /<profile>[^]*<\/response>/u.exec(text) ?? [];
      const parsed = parseOutput(example, schema);
      expect(parsed).toMatchObject({ ok: true, recalls: [{}] });
      expect(parsed.ok && parsed.changes).toHaveLength(mode === 'changes' ? 1 : 2);
    },
  );

  it('names the slots, and offers retraction only where changes are written', () => {
    expect(explainProtocol(slots, 'changes')).toContain('drink_ job_');
    expect(explainProtocol(slots, 'changes')).toMatch(/^- /mu);
    expect(explainProtocol(slots, 'whole')).not.toMatch(/^- /mu);
    expect(explainProtocol(freeText, 'whole')).not.toContain('item_');
  });

  it('never has a model that writes whole profiles leave out what it knows', () => {
    expect(explainProtocol(slots, 'changes')).toContain('With nothing to note');
    expect(explainProtocol(slots, 'whole')).not.toContain('With nothing to note');
  });
});
