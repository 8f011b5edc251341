/** A chat in a program: what the model notes can be read and corrected, and it goes on from the correction. */
import { openChat } from 'rlpa/app';

const chat = await openChat({ temperature: 0 });
const say = async (text: string): Promise<void> => {
  const { response } = await chat.say(text);
  const notes = (await chat.profile()).map(({ slot, value }) => `${slot}: ${value}`);
  console.log(`you:   ${text}`);
  console.log(`reply: ${response}`);
  console.log(`notes: ${notes.join(', ')}`);
};

try {
  await say('Hello, I live in Berlin.');
  await say('I love jazz music.');
  await chat.correct('music', 'swing');
  await say('What should I listen to?');
} finally {
  await chat.close();
}
