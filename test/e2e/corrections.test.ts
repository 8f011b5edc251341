/** What a person puts right by hand changes the very next reply of the policy that comes with the package. */
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import type * as app from '../../src/app/index.ts';
import { root } from './command-line.ts';

const built = pathToFileURL(path.join(root, 'dist', 'app', 'index.js'));
const { openChat } = (await import(built.href)) as typeof app;

/** What is told, asked for, put right, and asked for again. */
const cases = [
  ['i love jazz music .', 'what should i listen to ?', 'music', 'jazz', 'rock'],
  ['i live in oslo .', 'which map do i need ?', 'city', 'oslo', 'rome'],
  ['i love italian food .', 'what should i eat tonight ?', 'food', 'italian', 'thai'],
  ['my diet is vegan .', 'which menu is right for me ?', 'diet', 'vegan', 'keto'],
  ['i work as a nurse .', 'which course is for my work ?', 'job', 'nurse', 'teacher'],
  ['i have a dog at home .', 'what should i buy at the pet shop ?', 'pet', 'dog', 'cat'],
  ['i drink coffee every day .', 'what should i drink tonight ?', 'drink', 'coffee', 'tea'],
  ['i take the train every day .', 'which ticket should i buy ?', 'transport', 'train', 'bike'],
  ['i like mystery films best .', 'what should i watch tonight ?', 'film', 'mystery', 'western'],
  ['i read poetry books a lot .', 'what should i read ?', 'book', 'poetry', 'fantasy'],
] as const;

const openings = [null, 'hello .', 'good morning . i like brief answers .'];

it('follows at least three of four, over ten slots and three openings', async () => {
  let [followed, stale] = [0, 0];
  const chat = await openChat({ policy: 'trained', temperature: 0, flags: { threads: 1 } });
  try {
    for (const opening of openings) {
      for (const [told, asked, slot, before, after] of cases) {
        await chat.forgetAll();
        if (opening !== null) await chat.say(opening);
        await chat.say(told);
        await chat.say(asked);
        await chat.correct(slot, after);
        const { response } = await chat.say(asked);
        if (response.split(' ').includes(after)) followed += 1;
        else if (response.split(' ').includes(before)) stale += 1;
      }
    }
  } finally {
    await chat.close();
  }
  const asked = cases.length * openings.length;
  expect(followed, `${followed} of ${asked} followed, ${stale} stale`).toBeGreaterThanOrEqual(
    0.75 * asked,
  );
}, 300_000);
