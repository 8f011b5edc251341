import { describe, expect, it } from 'vitest';
import { DataError } from '../../../base/index.ts';
import { assignSplit, loadPersonas, parsePersonas } from './load-personas.ts';
import { inventedPeople } from './testing/people.ts';

const rows = (values: readonly unknown[]): string =>
  values.map((value) => JSON.stringify(value)).join('\n');

function catchError(run: () => unknown): DataError {
  try {
    run();
  } catch (error) {
    if (error instanceof DataError) return error;
  }
  throw new Error('expected a DataError');
}

describe('reading a persona file', () => {
  it('reads text, items and slot-value profiles', () => {
    const text = rows([
      inventedPeople[0],
      { id: 'b', text: inventedPeople[1] },
      { id: 3, items: ['Enjoys  Tea', 'vegan'] },
      { profile: [{ slot: 'home_town', value: 'Hull' }] },
    ]);
    const { personas, skipped } = parsePersonas(text, 'dir/people.jsonl');
    expect(skipped).toEqual([]);
    expect(personas.map((persona) => persona.id)).toEqual(['people-1', 'b', '3', 'people-4']);
    expect(personas[2]?.trueProfile.map((item) => item.value)).toEqual(['enjoys tea', 'vegan']);
    expect(personas[3]?.trueProfile).toEqual([{ slot: 'item', value: 'home town is hull' }]);
  });

  it('takes a byte-order mark, CRLF and blank lines', () => {
    const text = `\ufeff${JSON.stringify(inventedPeople[0])}\r\n\r\n${JSON.stringify(inventedPeople[1])}\r\n`;
    expect(parsePersonas(text, 'p.jsonl').personas.map((persona) => persona.id)).toEqual([
      'p-1',
      'p-3',
    ]);
  });

  it('stops at a malformed row with file, line and remedy, and never quotes it', () => {
    const text = `${rows([inventedPeople[0]])}\n"She paints.""He sails."`;
    const error = catchError(() => parsePersonas(text, 'p.jsonl'));
    expect(error.message).toContain('p.jsonl, line 2');
    expect(error.message).toContain('not valid JSON');
    expect(error.message).not.toContain('paints');
    expect(error.hint).toContain('--on-bad-row skip');
    expect(error.exitCode).toBe(3);
    const { personas, skipped } = parsePersonas(text, 'p.jsonl', { onBadRow: 'skip' });
    expect(personas).toHaveLength(1);
    expect(skipped.map((row) => row.line)).toEqual([2]);
  });

  it.each([
    ['""', 'at least one item'],
    ['{"items":[]}', 'at least one item'],
    ['{"items":["..."]}', 'at least one item'],
    ['{"items":[3]}', 'found a number'],
    ['{"name":"x"}', 'the keys name'],
    ['{"profile":[{"slot":1}]}', '{slot, value}'],
    ['{"profile":[null]}', '{slot, value}'],
    ['[1]', 'found a list'],
    ['null', 'found null'],
    ['{"id":{},"items":["tea drinker"]}', '"id"'],
  ])('refuses the row %s', (row, words) => {
    const error = catchError(() => parsePersonas(row, 'p.jsonl'));
    expect(error.message).toContain('line 1');
    expect(error.message).toContain(words);
  });

  it('reads scripted changes, with turns counted from 1 in the file', () => {
    const row = {
      items: ['plays chess', 'has a dog'],
      changes: [
        { item: 'Plays  Chess', to: 'plays go', turn: [4, 6], telling: 'silent', pace: 'gradual' },
        { item: 'plays go', to: 'plays bridge', turn: 8 },
        { item: 'has a dog', to: null, turn: 2 },
      ],
    };
    const item = (value: string) => ({ slot: 'item', value });
    const abrupt = { announced: true, gradual: false };
    const [before, chess, dog] = ['plays go', 'plays chess', 'has a dog'].map(item);
    const { personas } = parsePersonas(rows([row, { items: row.items }]), 'p.jsonl');
    expect(personas[0]?.changes).toEqual([
      { fromTurn: 3, untilTurn: 5, before: chess, after: before, announced: false, gradual: true },
      { fromTurn: 7, before, after: item('plays bridge'), ...abrupt },
      { fromTurn: 1, before: dog, after: null, ...abrupt },
    ]);
    expect(personas[1]?.changes).toEqual([]);
    const half = { test: 0.5, validation: 0 };
    expect(assignSplit(personas[0]!, half)).toBe(assignSplit(personas[1]!, half));
  });

  it.each([
    ['a list of them', { changes: {} }, 'expected "changes" to be a list, found an object'],
    ['objects', { changes: ['x'] }, 'place 1: expected an object, found a string'],
    ['known keys', { item: 'plays chess', at: 3 }, 'found "at"'],
    ['an item as text', { to: 'plays go', turn: 3 }, 'expected "item" to be the text'],
    ['an item that is held', { item: 'plays golf', to: null, turn: 3 }, 'one of the 2 items held'],
    ['a new text or null', { item: 'plays chess', turn: 3 }, 'expected "to"'],
    ['a text that says something', { item: 'plays chess', to: '...', turn: 3 }, 'no content word'],
    ['a text that is new', { item: 'plays chess', to: 'has a dog', turn: 3 }, '"to" to be new'],
    ['a turn', { item: 'plays chess', to: 'plays go' }, 'expected "turn"'],
    ['a turn after the first', { item: 'plays chess', to: 'plays go', turn: 1 }, 'found 1'],
    ['an ordered range', { item: 'plays chess', to: 'x y', turn: [5, 3] }, 'ends before it begins'],
    ['a telling', { item: 'plays chess', to: 'a b go', turn: 3, telling: 'loud' }, '"telling"'],
    ['a pace', { item: 'plays chess', to: 'a b go', turn: 3, pace: 1 }, 'found a number'],
    [
      'drops that are heard',
      { item: 'plays chess', to: null, turn: 3, telling: 'silent' },
      'expected a dropped item to be announced',
    ],
  ])('wants of changes %s', (_, change, words) => {
    const items = ['plays chess', 'has a dog'];
    const row = 'changes' in change ? { items, ...change } : { items, changes: [change] };
    const error = catchError(() => parsePersonas(rows([inventedPeople[0], row]), 'p.jsonl'));
    expect(error.message).toContain('p.jsonl, line 2: ');
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('chess');
  });

  it('refuses a row of unlimited length, and says how long one may be', () => {
    const error = catchError(() => parsePersonas(JSON.stringify('.'.repeat(30_000)), 'p.jsonl'));
    expect(error.message).toContain('at most 20000 characters, found 30002');
  });

  it('refuses two rows with one id, an empty file and a missing one', () => {
    const twice = rows([
      { id: 'a', items: ['likes tea'] },
      { id: 'a', items: ['likes rum'] },
    ]);
    expect(catchError(() => parsePersonas(twice, 'p.jsonl')).message).toContain('line 2');
    expect(catchError(() => parsePersonas('\n', 'p.jsonl')).message).toContain(
      'no readable persona',
    );
    expect(catchError(() => loadPersonas('/nowhere/p.jsonl')).message).toContain(
      '/nowhere/p.jsonl',
    );
  });

  it('splits by what a persona says, not by where it stands', () => {
    const many = Array.from({ length: 200 }, (_, index) => ({
      items: [`likes tea number ${index}`],
    }));
    const forward = parsePersonas(rows(many), 'p.jsonl').personas;
    const backward = parsePersonas(rows([...many].reverse()), 'q.jsonl').personas;
    const held = (list: typeof forward): string[] =>
      list
        .filter((persona) => assignSplit(persona, { test: 0.2, validation: 0 }) === 'test')
        .map((persona) => persona.trueProfile[0]?.value ?? '')
        .sort();
    expect(held(forward)).toEqual(held(backward));
    expect(held(forward).length).toBeGreaterThan(20);
    expect(held(forward).length).toBeLessThan(60);
  });

  it('takes people to choose a policy on from the training part, never from the test part', () => {
    const many = Array.from({ length: 200 }, (_, index) => ({
      items: [`likes tea number ${index}`],
    }));
    const { personas } = parsePersonas(rows(many), 'p.jsonl');
    const splits = (validation: number): string[] =>
      personas.map((persona) => assignSplit(persona, { test: 0.2, validation }));
    const [without, with20] = [splits(0), splits(0.2)];
    expect(without).not.toContain('validation');
    expect(with20.filter((split) => split === 'validation').length).toBeGreaterThan(20);
    with20.forEach((split, index) => {
      expect(split === 'validation' ? 'train' : split).toBe(without[index]);
    });
  });
});
