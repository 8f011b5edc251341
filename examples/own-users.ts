/** Simulated users of one's own: somebody who answers every question with a question, among the world's. */
import { simulate } from 'rlpa/app';
import type { SimulatedUser, UserTurn } from 'rlpa/users';
import type { UsersDefinition } from 'rlpa/worlds';

const puzzled = (message: string): Promise<UserTurn> =>
  Promise.resolve({ message, disclosures: [], acts: [{ kind: 'puzzled' }] });

const curiousUsers: UsersDefinition = {
  name: 'curious/1',
  families: ['curious', 'direct'],
  createUser: ({ persona, family, split, random, world }): SimulatedUser => {
    // The world's own users stay as they are.
    if (family !== 'curious') return world.createUser(persona, family, split, random);
    return {
      name: 'curious/1',
      persona,
      open: () => puzzled('hello .'),
      respond: ({ response }) =>
        puzzled(response.includes('?') ? 'what do you think ?' : 'that question again ?'),
    };
  },
};

for await (const { user, turns } of simulate({ users: curiousUsers, episodes: 1, turns: 3 })) {
  console.log(`a talk with ${user}`);
  for (const turn of turns) {
    console.log(`  user:  ${turn.user.message}`);
    console.log(`  reply: ${turn.response}`);
  }
}
