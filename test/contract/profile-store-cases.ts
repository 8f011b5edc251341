/** What every profile store does, whatever database is under it. */
import { expect, it } from 'vitest';
import { StoreError } from '../../src/base/index.ts';
import {
  createId,
  type ProfileStore,
  type Proposal,
  type RecordedTurn,
} from '../../src/memory/index.ts';
import { personSchema } from '../../src/profile/index.ts';

/** A turn in which somebody says something and a model proposes something. */
export async function takeTurn(
  store: ProfileStore,
  user: string,
  text: string,
  proposals: readonly Proposal[],
  rest: TurnRest = {},
): Promise<RecordedTurn> {
  const recorded = await writeTurn(store, user, text, proposals, rest);
  if (recorded === null) throw new Error('the turn was not kept');
  return recorded;
}

type TurnRest = {
  readonly saidAt?: string;
  readonly historyKey?: string;
  readonly parentId?: string;
  readonly isKnown?: boolean;
};

/** The same, where it may be that nothing is kept of it. */
function writeTurn(
  store: ProfileStore,
  user: string,
  text: string,
  proposals: readonly Proposal[],
  rest: TurnRest,
): Promise<RecordedTurn | null> {
  return store.recordTurn(
    user,
    {
      said: { messageId: createId('m'), text, saidAt: rest.saidAt ?? store.now() },
      isKnown: rest.isKnown ?? false,
      parentId: rest.parentId ?? null,
      historyKey: rest.historyKey ?? createId('t'),
      message: text,
      note: '',
      output: `output to ${text}`,
      response: `reply to ${text}`,
      profileAfter: [],
      model: 'model-1',
      formatProblem: null,
      proposals,
    },
    personSchema,
  );
}

export const set = (slot: string, value: string): Proposal => ({ kind: 'set', slot, value });
export const retract = (slot: string, value: string): Proposal => ({
  kind: 'retract',
  slot,
  value,
});

const values = async (store: ProfileStore, user: string): Promise<string[]> =>
  (await store.readProfile(user)).entries.map(({ slot, value }) => `${slot}=${value}`).sort();

const find = async (store: ProfileStore, user: string, value: string): Promise<string> => {
  const { entries } = await store.readProfile(user);
  const found = entries.find((entry) => entry.value === value);
  if (found === undefined) throw new Error(`no entry ${value}`);
  return found.id;
};

let people = 0;
/** A person nobody has met. */
export const person = (): string => `person ${(people += 1)}.`;

/** Runs the cases on stores that `open` gives; `reopen` closes and opens the same one. */
export function defineStoreCases(
  open: () => ProfileStore,
  reopen: () => Promise<ProfileStore>,
): void {
  it('keeps an entry with the words it rests on', async () => {
    const [store, user] = [open(), person()];
    const { changes, refused } = await takeTurn(store, user, "Hi! I live in Oslo. How's that?", [
      set('home', 'Oslo'),
    ]);
    expect(refused).toEqual([]);
    expect(changes).toMatchObject([{ kind: 'added', slot: 'home', before: null }]);
    const { entries, sequence } = await store.readProfile(user);
    expect(sequence).toBe(changes[0]?.sequence);
    expect(entries).toMatchObject([
      {
        slot: 'home',
        value: 'Oslo',
        status: 'stated',
        source: 'model',
        model: 'model-1',
        evidence: [{ quote: 'I live in Oslo.' }],
        valid_to: null,
        replaced_by: null,
      },
    ]);
    const exported = await store.exportUser(user);
    expect(exported.messages.map(({ id }) => id)).toContain(entries[0]?.evidence[0]?.message_id);
  });

  it('changes nothing without words of the person', async () => {
    const [store, user] = [open(), person()];
    const { changes, refused } = await takeTurn(store, user, 'hello there', [set('home', 'Oslo')]);
    expect(changes).toEqual([]);
    expect(refused).toEqual([{ kind: 'set', slot: 'home', value: 'Oslo', reason: 'no_evidence' }]);
    expect(await values(store, user)).toEqual([]);
  });

  it('holds one value in a slot for one, and its past', async () => {
    const [store, user] = [open(), person()];
    await takeTurn(store, user, 'I live in Oslo', [set('home', 'Oslo')]);
    const { changes } = await takeTurn(store, user, 'I moved to Riga', [set('home', 'Riga')]);
    expect(changes).toMatchObject([
      {
        kind: 'replaced',
        entry: { value: 'Riga' },
        before: { value: 'Oslo', ended_by: 'replaced' },
      },
    ]);
    expect(await values(store, user)).toEqual(['home=Riga']);
    const history = await store.readEntryHistory(user, await find(store, user, 'Riga'));
    expect(history?.entries.map(({ value }) => value)).toEqual(['Riga', 'Oslo']);
    const [now, before] = history?.entries ?? [];
    expect(before?.valid_to).toBe(now?.valid_from);
    expect(before?.replaced_by).toBe(now?.id);
  });

  it('leaves what a turn does not mention as it is', async () => {
    const [store, user] = [open(), person()];
    await takeTurn(store, user, 'I live in Oslo and I like jazz', [
      set('home', 'Oslo'),
      set('likes', 'jazz'),
    ]);
    await takeTurn(store, user, 'I like tea, too', [set('likes', 'tea')]);
    expect(await values(store, user)).toEqual(['home=Oslo', 'likes=jazz', 'likes=tea']);
  });

  it('confirms what is said again, in whatever words, rather than adding it', async () => {
    const [store, user] = [open(), person()];
    await takeTurn(store, user, 'I play the piano', [set('hobbies', 'plays the piano')]);
    const { changes } = await takeTurn(store, user, 'yes, playing piano is what I do', [
      set('hobbies', 'playing piano'),
    ]);
    expect(changes).toMatchObject([{ kind: 'confirmed' }]);
    const { entries } = await store.readProfile(user);
    expect(entries).toHaveLength(1);
    expect(entries[0]?.evidence).toHaveLength(2);
    expect(entries[0]?.confidence).toBeGreaterThan(0.9);
  });

  it('ends an entry that the person says no longer holds, and keeps it in the history', async () => {
    const [store, user] = [open(), person()];
    await takeTurn(store, user, 'I like jazz', [set('likes', 'jazz')]);
    const id = await find(store, user, 'jazz');
    await takeTurn(store, user, "I don't like jazz any more", [retract('likes', 'jazz')]);
    expect(await values(store, user)).toEqual([]);
    const history = await store.readEntryHistory(user, id);
    expect(history?.entries).toMatchObject([{ value: 'jazz', ended_by: 'retracted' }]);
    expect(history?.entries[0]?.evidence.map(({ quote }) => quote)).toEqual([
      'I like jazz',
      "I don't like jazz any more",
    ]);
  });

  it('settles a contradiction by when things were said, not by when they were noted', async () => {
    const [store, user] = [open(), person()];
    const [early, late] = [store.now(), store.now()];
    await takeTurn(store, user, 'I live in Riga', [set('home', 'Riga')], { saidAt: late });
    const { refused } = await takeTurn(store, user, 'I live in Oslo', [set('home', 'Oslo')], {
      saidAt: early,
    });
    expect(refused).toMatchObject([{ reason: 'older_than_known' }]);
    expect(await values(store, user)).toEqual(['home=Riga']);
  });

  it('gives way from what was corrected only to a newer statement', async () => {
    const [store, user] = [open(), person()];
    const before = store.now();
    await takeTurn(store, user, 'I live in Oslo', [set('home', 'Oslo')], { saidAt: before });
    const id = await find(store, user, 'Oslo');
    const patched = await store.patchEntry(user, id, { value: 'Bergen' }, personSchema);
    expect(patched?.changes).toMatchObject([
      {
        kind: 'corrected',
        entry: { value: 'Bergen', source: 'person' },
        before: { value: 'Oslo' },
      },
    ]);
    const stale = await takeTurn(store, user, 'I live in Oslo', [set('home', 'Oslo')], {
      saidAt: before,
    });
    expect(stale.refused).toMatchObject([{ reason: 'held_by_person' }]);
    const guess = await takeTurn(store, user, 'the stone quay is nice', [
      set('home', 'stone harbour'),
    ]);
    expect(guess.refused).toMatchObject([{ reason: 'held_by_person' }]);
    expect(await values(store, user)).toEqual(['home=Bergen']);
    await takeTurn(store, user, 'I have moved to Riga now', [set('home', 'Riga')]);
    expect(await values(store, user)).toEqual(['home=Riga']);
  });

  it('leaves alone what the person says again, and makes theirs what a model noted', async () => {
    const [store, user] = [open(), person()];
    await takeTurn(store, user, 'I live in oslo', [set('home', 'oslo')]);
    const id = await find(store, user, 'oslo');
    const affirmed = await store.addEntry(user, { slot: 'home', value: 'oslo' }, personSchema);
    expect(affirmed).toMatchObject({
      entry: { id, confidence: 1, evidence: [{ quote: 'I live in oslo' }] },
      changes: [{ kind: 'confirmed' }],
    });
    await store.patchEntry(user, id, { pinned: true }, personSchema);
    for (const say of [
      () => store.addEntry(user, { slot: 'home', value: ' oslo ' }, personSchema),
      () => store.patchEntry(user, id, { value: 'oslo' }, personSchema),
    ]) {
      expect(await say()).toMatchObject({ entry: { id, pinned: true }, changes: [] });
    }
    const changed = await store.addEntry(user, { slot: 'home', value: 'Riga' }, personSchema);
    expect(changed).toMatchObject({
      entry: { value: 'Riga', pinned: true },
      changes: [{ kind: 'corrected' }],
    });
  });

  it('takes no entry from the future', async () => {
    const [store, user] = [open(), person()];
    const entries = [{ slot: 'home', value: 'Oslo', valid_from: '2999-01-01T00:00:00.000Z' }];
    await store.importEntries(user, { entries }, personSchema);
    await takeTurn(store, user, 'I moved to Riga', [set('home', 'Riga')]);
    expect(await values(store, user)).toEqual(['home=Riga']);
  });

  it('pins, unpins, and lists pinned entries first', async () => {
    const [store, user] = [open(), person()];
    await store.addEntry(user, { slot: 'likes', value: 'tea' }, personSchema);
    await store.addEntry(user, { slot: 'likes', value: 'jazz' }, personSchema);
    const id = await find(store, user, 'tea');
    const pinned = await store.patchEntry(user, id, { pinned: true }, personSchema);
    expect(pinned).toMatchObject({ entry: { pinned: true }, changes: [{ kind: 'pinned' }] });
    expect((await store.readProfile(user)).entries.map(({ value }) => value)).toEqual([
      'tea',
      'jazz',
    ]);
    const again = await store.patchEntry(user, id, { pinned: true }, personSchema);
    expect(again?.changes).toEqual([]);
    await store.patchEntry(user, id, { pinned: false }, personSchema);
    expect((await store.readProfile(user)).entries.every((entry) => !entry.pinned)).toBe(true);
  });

  it('does not overwrite a pinned entry by what was said before it was pinned', async () => {
    const [store, user] = [open(), person()];
    await takeTurn(store, user, 'I live in Oslo', [set('home', 'Oslo')]);
    const said = store.now();
    await store.patchEntry(user, await find(store, user, 'Oslo'), { pinned: true }, personSchema);
    const { refused } = await takeTurn(store, user, 'I live in Riga', [set('home', 'Riga')], {
      saidAt: said,
    });
    expect(refused).toMatchObject([{ reason: 'held_by_person' }]);
  });

  it('deletes an entry with its past, its quotes and the messages it came from', async () => {
    const [store, user] = [open(), person()];
    await takeTurn(store, user, 'I live in Oslo', [set('home', 'Oslo')]);
    const said = store.now();
    await takeTurn(store, user, 'I moved to Riga', [set('home', 'Riga')]);
    await takeTurn(store, user, 'I like jazz', [set('likes', 'jazz')]);
    const erased = await store.deleteEntry(user, await find(store, user, 'Riga'));
    expect(erased?.erased).toMatchObject({ entries: 2, evidence: 2, messages: 2, turns: 3 });
    const exported = JSON.stringify(await store.exportUser(user));
    expect(exported).not.toMatch(/Oslo|Riga/u);
    expect(exported).toMatch(/jazz/u);
    const history = await store.readHistory(user, { limit: 100 });
    expect(history.changes[0]).toMatchObject({ kind: 'deleted', slot: 'home', entry: null });
    const stale = await store.propose(
      user,
      {
        said: [{ messageId: null, text: 'I live in Oslo', saidAt: said }],
        proposals: [set('home', 'Oslo')],
        model: 'model-1',
      },
      personSchema,
    );
    expect(stale.refused).toMatchObject([{ reason: 'held_by_person' }]);
    expect(await store.deleteEntry(user, 'e_0')).toBeNull();
  });

  it('deletes nothing by the id of an entry that another one stands for now', async () => {
    const [store, user] = [open(), person()];
    await takeTurn(store, user, 'I live in Oslo', [set('home', 'Oslo')]);
    const former = await find(store, user, 'Oslo');
    await takeTurn(store, user, 'I moved to Riga', [set('home', 'Riga')]);
    expect(await store.deleteEntry(user, former)).toBeNull();
    expect(await values(store, user)).toEqual(['home=Riga']);
    await takeTurn(store, user, 'I no longer live in Riga', [retract('home', 'Riga')]);
    expect((await store.deleteEntry(user, former))?.erased.entries).toBe(2);
  });

  it('keeps nothing of a turn that began before a deletion', async () => {
    const [store, user] = [open(), person()];
    await takeTurn(store, user, 'I live in Oslo', [set('home', 'Oslo')]);
    const began = { saidAt: store.now(), isKnown: true, historyKey: 'k' };
    await store.deleteEntry(user, await find(store, user, 'Oslo'));
    expect(await writeTurn(store, user, 'Oslo is cold', [set('home', 'Oslo')], began)).toBeNull();
    expect(await store.exportUser(user)).toMatchObject({ entries: [], turns: [], messages: [] });
    expect((await store.readForTurn(user, 'k')).conversation).toBeNull();
  });

  it('keeps nothing of a turn that began before the person was erased', async () => {
    const [store, user, stranger] = [open(), person(), person()];
    await takeTurn(store, user, 'I live in Oslo', [set('home', 'Oslo')]);
    const began = { saidAt: store.now() };
    await store.erase(user);
    await store.erase(stranger);
    for (const who of [user, stranger]) {
      expect(await writeTurn(store, who, 'I live in Oslo', [], began)).toBeNull();
    }
    // Another server on this database has not heard of it.
    const known = { saidAt: store.now(), isKnown: true };
    expect(await writeTurn(store, user, 'I live in Oslo', [], known)).toBeNull();
    expect(await store.exportUser(user)).toMatchObject({ messages: [], turns: [] });
    await takeTurn(store, user, 'I live in Riga', [set('home', 'Riga')]);
    expect(await values(store, user)).toEqual(['home=Riga']);
  });

  it('erases a person and says how much', async () => {
    const [store, user] = [open(), person()];
    const other = person();
    for (const each of [user, other]) {
      await takeTurn(store, each, 'I live in Oslo', [set('home', 'Oslo')]);
    }
    expect(await store.erase(user)).toEqual({
      user,
      erased: { entries: 1, evidence: 1, messages: 1, turns: 1, changes: 1 },
    });
    const exported = await store.exportUser(user);
    expect(exported).toMatchObject({ entries: [], changes: [], messages: [], turns: [] });
    expect(await values(store, other)).toEqual(['home=Oslo']);
    expect((await store.erase(user)).erased.entries).toBe(0);
  });

  it('shows nothing of one person to another, whatever id is asked for', async () => {
    const [store, user] = [open(), person()];
    await takeTurn(store, user, 'I live in Oslo', [set('home', 'Oslo')], { historyKey: 'same' });
    const id = await find(store, user, 'Oslo');
    for (const stranger of [`${user} `, user.toUpperCase(), `${user}%`, '%', "' or 1=1 --"]) {
      expect(await store.readEntryHistory(stranger, id)).toBeNull();
      expect(await store.patchEntry(stranger, id, { value: 'x' }, personSchema)).toBeNull();
      expect(await store.deleteEntry(stranger, id)).toBeNull();
      expect(await store.readForTurn(stranger, 'same')).toEqual({
        entries: [],
        conversation: null,
      });
      expect(JSON.stringify(await store.exportUser(stranger))).not.toContain('Oslo');
      expect(await store.readChangesAfter(stranger, 0)).toEqual([]);
    }
    expect(await values(store, user)).toEqual(['home=Oslo']);
  });

  it('finds a conversation again, with the outputs as the model wrote them', async () => {
    const [store, user] = [open(), person()];
    const first = await takeTurn(store, user, 'one', [], { historyKey: 'k1' });
    await takeTurn(store, user, 'two', [], { historyKey: 'k2', parentId: first.turnId });
    await takeTurn(store, user, 'other', [], { historyKey: 'k3' });
    const found = (await store.readForTurn(user, 'k2')).conversation;
    expect(found?.turns.map(({ message }) => message)).toEqual(['one', 'two']);
    expect(found?.turns[0]?.output).toBe('output to one');
    expect(found?.profile).toEqual([]);
    expect((await store.readForTurn(user, 'k9')).conversation).toBeNull();
    expect((await store.readForTurn(user, null)).conversation).toBeNull();
  });

  it('goes on from the newest of two conversations with the same texts', async () => {
    const [store, user] = [open(), person()];
    await takeTurn(store, user, 'hello', [], { historyKey: 'k1' });
    const newest = await takeTurn(store, user, 'hello', [], { historyKey: 'k1' });
    const found = (await store.readForTurn(user, 'k1')).conversation;
    expect(found?.turns.map(({ id }) => id)).toEqual([newest.turnId]);
  });

  it('begins a turn with the entries that hold, in the order of the profile', async () => {
    const [store, user] = [open(), person()];
    await takeTurn(store, user, 'I live in Oslo', [set('home', 'Oslo')]);
    await takeTurn(store, user, 'I live in Rome', [set('home', 'Rome')]);
    await takeTurn(store, user, 'I like jazz', [set('likes', 'jazz')]);
    await store.patchEntry(user, await find(store, user, 'Rome'), { pinned: true }, personSchema);
    const { entries } = await store.readForTurn(user, null);
    const shown = (await store.readProfile(user)).entries;
    expect(entries.map(({ value }) => value)).toEqual(['Rome', 'jazz']);
    expect(entries).toEqual(shown.map(({ evidence: _, ...entry }) => entry));
  });

  it('goes on after a statement that the database refused, and kept nothing of that turn', async () => {
    const [store, user] = [open(), person()];
    const said = { messageId: createId('m'), text: 'I live in Oslo', saidAt: store.now() };
    const turn = {
      ...{
        said,
        isKnown: false,
        parentId: null,
        historyKey: 'k',
        message: '',
        note: '',
        output: '',
      },
      ...{ response: '', profileAfter: [], model: 'model-1', formatProblem: null },
    };
    const write = (): Promise<unknown> =>
      store.recordTurn(user, { ...turn, proposals: [set('home', 'Oslo')] }, personSchema);
    await write();
    for (let times = 0; times < 2; times += 1) await expect(write()).rejects.toThrow(StoreError);
    await takeTurn(store, user, 'I like jazz', [set('likes', 'jazz')]);
    expect(await values(store, user)).toEqual(['home=Oslo', 'likes=jazz']);
    expect((await store.exportUser(user)).turns).toHaveLength(2);
  });

  it('sees in one proposal of a turn what the one before it did', async () => {
    const [store, user] = [open(), person()];
    const { changes } = await takeTurn(store, user, 'I like jazz and I live in Oslo, not Rome', [
      set('likes', 'jazz'),
      set('likes', 'jazz'),
      set('home', 'Oslo'),
    ]);
    expect(changes.map(({ kind, entry }) => `${kind} ${entry?.value}`)).toEqual([
      'added jazz',
      'added Oslo',
    ]);
  });

  it('pages the time line, and gives what came after a sequence', async () => {
    const [store, user] = [open(), person()];
    for (const value of ['a1', 'b2', 'c3', 'd4']) {
      await store.addEntry(user, { slot: 'other', value }, personSchema);
    }
    const first = await store.readHistory(user, { limit: 3 });
    expect(first.changes.map(({ entry }) => entry?.value)).toEqual(['d4', 'c3', 'b2']);
    const second = await store.readHistory(user, { limit: 3, before: first.next ?? 0 });
    expect(second.changes.map(({ entry }) => entry?.value)).toEqual(['a1']);
    expect(second.next).toBeNull();
    const after = await store.readChangesAfter(user, first.changes[1]!.sequence);
    expect(after.map(({ entry }) => entry?.value)).toEqual(['d4']);
  });

  it('takes entries from elsewhere, and leaves what the person has', async () => {
    const [store, user] = [open(), person()];
    await store.addEntry(user, { slot: 'home', value: 'Bergen' }, personSchema);
    const imported = await store.importEntries(
      user,
      {
        entries: [
          { slot: 'home', value: 'Oslo' },
          { slot: 'likes', value: 'jazz', valid_from: '2024-01-01T00:00:00Z' },
          { slot: 'likes', value: 'rock', valid_to: '2024-01-01T00:00:00Z' },
          { slot: 'nonsense', value: 'x' },
        ],
      },
      personSchema,
    );
    expect(imported).toMatchObject({ refused: 3, changes: [{ kind: 'imported' }] });
    expect(imported.reasons).toEqual({ no_such_slot: 1, past: 1, place_taken: 1 });
    expect(await values(store, user)).toEqual(['home=Bergen', 'likes=jazz']);
  });

  it('tells listeners what was changed, after it was', async () => {
    const [store, user] = [open(), person()];
    const heard: string[] = [];
    const stop = store.listen((whose, changes) => heard.push(`${whose}: ${changes[0]?.kind}`));
    await store.addEntry(user, { slot: 'home', value: 'Bergen' }, personSchema);
    stop();
    await store.addEntry(user, { slot: 'home', value: 'Oslo' }, personSchema);
    expect(heard).toEqual([`${user}: added`]);
  });

  it('does all of a turn or nothing', async () => {
    const [store, user] = [open(), person()];
    const messageId = createId('m');
    const record = (): Promise<unknown> =>
      store.recordTurn(
        user,
        {
          said: { messageId, text: 'I live in Oslo', saidAt: store.now() },
          ...{ isKnown: false, parentId: null, historyKey: 'k' },
          ...{ message: '', note: '', output: '', response: '' },
          ...{ profileAfter: [], model: 'm', formatProblem: null },
          proposals: [set('home', 'Oslo')],
        },
        personSchema,
      );
    await record();
    await expect(record()).rejects.toThrow(StoreError);
    const exported = await store.exportUser(user);
    expect(exported.turns).toHaveLength(1);
    expect(exported.changes).toHaveLength(1);
  });

  it('shows a turn whole or not at all to whoever reads beside it', async () => {
    const [store, user] = [open(), person()];
    let isWritten = false;
    const writing = takeTurn(store, user, 'I live in Oslo. I like jazz.', [
      set('home', 'Oslo'),
      set('likes', 'jazz'),
    ]).finally(() => {
      isWritten = true;
    });
    const seen = new Set<number>();
    while (!isWritten) seen.add((await store.readForTurn(user, null)).entries.length);
    await writing;
    seen.add((await store.readForTurn(user, null)).entries.length);
    expect([...seen].filter((count) => count !== 0)).toEqual([2]);
  });

  it('keeps one value a slot when many write at once', async () => {
    const [store, user] = [open(), person()];
    const places = Array.from({ length: 12 }, (_, index) => `Place${index}`);
    await Promise.all(
      places.map((place) => takeTurn(store, user, `I live in ${place}`, [set('home', place)])),
    );
    const { entries } = await store.readProfile(user);
    expect(entries).toHaveLength(1);
    const exported = await store.exportUser(user);
    expect(exported.turns).toHaveLength(12);
    const made = exported.changes.length;
    expect(exported.entries).toHaveLength(made);
  });

  it('has everything again when it is opened anew', async () => {
    const [store, user] = [open(), person()];
    await takeTurn(store, user, 'I live in Oslo', [set('home', 'Oslo')]);
    const before = await store.exportUser(user);
    const after = await (await reopen()).exportUser(user);
    expect({ ...after, exported_at: before.exported_at }).toEqual(before);
  });
}
