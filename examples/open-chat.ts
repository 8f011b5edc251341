/** A chat in a program: what the model notes can be read and corrected, and it goes on from the correction. */
import { openChat } from 'rlpa/app';

const chat = await openChat({ temperature: 0 });
const say = async (text: string): Promise<void> => {
  const answer = await chat.say(text);
  console.log(`you:   ${text}`);
  console.log(`reply: ${answer.kind === 'reply' ? answer.response : '(the conversation is full)'}`);
  console.log(`notes: ${chat.profile.map(({ slot, value }) => `${slot}: ${value}`).join(', ')}`);
};

try {
  await say('Hello, I live in Berlin.');
  await say('I love jazz music.');
  chat.correct([{ kind: 'set', item: { slot: 'music', value: 'swing' } }]);
  await say('What should I listen to?');
} finally {
  await chat.close();
}
