/** Questions in everyday words are understood, and answered with an item of their topic or with none. */
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../src/base/index.ts';
import { findQuestionTopics, findTopics } from '../../src/profile/index.ts';
import { createFreeTextUser, parsePersonas } from '../../src/worlds/index.ts';
import { inventedPeople } from '../../src/worlds/free-text/users/testing/people.ts';
import { naturalQuestions } from '../fixtures/natural-questions.ts';

const { personas } = parsePersonas(
  inventedPeople.map((text) => JSON.stringify(text)).join('\n'),
  'p',
);

describe('a question in everyday words', () => {
  it.each(naturalQuestions)('%s: %s', (question, topic) => {
    expect(findQuestionTopics(question).topics[0] ?? null).toBe(topic);
  });

  it('draws an item of its topic, or the word that there is none', async () => {
    const found = { fitting: 0, none: 0 };
    let seed = 0;
    for (const [question, topic] of naturalQuestions) {
      if (topic === null) continue;
      for (const persona of personas) {
        const user = createFreeTextUser({
          persona,
          family: 'plain',
          isHeldOut: false,
          random: createRandom((seed += 1)),
          otherItems: [],
        });
        await user.open();
        const { message, disclosures } = await user.respond({ response: question, alignment: 1 });
        const saysNone = new RegExp(`(?:nothing|no) .*\\b${topic}\\b`, 'u').test(message);
        const [told] = disclosures;
        if (told === undefined || saysNone) {
          found.none += 1;
        } else {
          expect(findTopics(told.item.value)).toContain(topic);
          found.fitting += 1;
        }
      }
    }
    expect(found.fitting).toBeGreaterThan(100);
    expect(found.none).toBeGreaterThan(100);
  });
});
