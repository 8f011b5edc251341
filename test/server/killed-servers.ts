/** People who chat with servers that are killed, and what they were answered. */
import { expect } from 'vitest';
import type { Export, TurnReport } from '../../src/api/index.ts';
import { createClient, type Client } from '../../src/client/index.ts';
import { mostEntries } from '../../src/memory/index.ts';
import { startUpstream, type FakeUpstream } from './fake-upstream.ts';
import { output } from './open-server.ts';

/** A model that notes what is said: a thing that is liked, and a town, of which there is one at a time. */
export function startNotingUpstream(): Promise<FakeUpstream> {
  return startUpstream(({ messages }) => {
    const said = messages.at(-1)?.content ?? '';
    const thing = readThing(said);
    return output(`+ likes_ ${thing} + home_ ${readTown(said)}`, `So you like ${thing}.`);
  });
}

/** A message that was answered, and whether its town was refused because a newer statement stood there already. */
export type Answered = {
  readonly content: string;
  /** Something newer was known. */
  readonly isLate: boolean;
  /** The person had as many entries as one may have. */
  readonly isFull: boolean;
};

/** All of them chat with one server until it is gone; tells who was answered what. */
export async function chatAllUntilGone(
  url: string,
  people: readonly string[],
  next: () => number,
  onAnswered: (user: string, answered: Answered) => void,
): Promise<void> {
  const client = createClient({ baseUrl: url });
  await Promise.all(
    people.map((user) =>
      chatUntilGone(client, user, next, (answered) => onAnswered(user, answered)),
    ),
  );
}

/** Says one thing after the other as one person, until the server is gone; tells what was answered. */
async function chatUntilGone(
  client: Client,
  user: string,
  next: () => number,
  onAnswered: (answered: Answered) => void,
): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const number = next();
    const content = `I like thing${number} and live in Town${number}`;
    const messages = [{ role: 'user' as const, content }];
    let report: TurnReport | undefined;
    try {
      if (turn % 2 === 0) report = (await client.chat({ user, messages })).rlpa;
      else {
        for await (const chunk of client.stream({ user, messages })) report = chunk.rlpa ?? report;
      }
    } catch {
      return;
    }
    const reasons = report?.refused.map(({ reason }) => reason) ?? [];
    const [isLate, isFull] = [reasons.includes('older_than_known'), reasons.includes('too_many')];
    onAnswered({ content, isLate, isFull });
  }
}

/** Expects that all that was answered is there, that nothing is there twice, and that each turn is whole. */
export function expectWhole(kept: Export, answered: readonly Answered[]): void {
  const said = kept.messages.map(({ content }) => content);
  expect(said).toEqual(expect.arrayContaining(answered.map(({ content }) => content)));
  expect(new Set(said).size).toBe(said.length);
  expect(kept.turns).toHaveLength(said.length);
  const values = (slot: string): string[] =>
    kept.entries.filter((entry) => entry.slot === slot).map(({ value }) => value);
  const living = kept.entries.filter(({ valid_to: end }) => end === null);
  // A turn is whole: its message, its reply and its entries, or none of them. Who has as many entries as one
  // may have is told so, and gets no more.
  const likes = values('likes').sort();
  const things = said.map(readThing).sort();
  expect(likes).toEqual(
    living.length === mostEntries ? things.filter((thing) => likes.includes(thing)) : things,
  );
  const noted = answered.filter(({ isFull }) => !isFull);
  expect(likes).toEqual(expect.arrayContaining(noted.map(({ content }) => readThing(content))));
  const late = new Set(
    answered.filter(({ isLate }) => isLate).map(({ content }) => readTown(content)),
  );
  const towns = values('home');
  expect(new Set(towns).size).toBe(towns.length);
  expect(said.map(readTown)).toEqual(expect.arrayContaining(towns));
  const expected = answered.map(({ content }) => readTown(content));
  expect(towns).toEqual(expect.arrayContaining(expected.filter((town) => !late.has(town))));
  expect(towns.filter((town) => late.has(town))).toEqual([]);
  expect(living.filter(({ slot }) => slot === 'likes')).toHaveLength(likes.length);
  // Of many towns the one holds that was said last, whichever server heard of it.
  const homes = living.filter(({ slot }) => slot === 'home');
  expect(homes).toHaveLength(1);
  const lastSaid = kept.messages
    .map(({ said_at: at }) => at)
    .sort()
    .at(-1);
  const last = kept.messages.filter(({ said_at: at }) => at === lastSaid);
  expect(last.map(({ content }) => readTown(content))).toContain(homes[0]?.value);
  const sequences = kept.changes.map(({ sequence }) => sequence);
  expect(new Set(sequences).size).toBe(sequences.length);
  expect(kept.changes).toHaveLength(kept.entries.length);
}

const readThing = (text: string): string => /I like (\w+)/u.exec(text)?.[1] ?? '';
const readTown = (text: string): string => /live in (\w+)/u.exec(text)?.[1] ?? '';
