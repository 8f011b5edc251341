import { describe, expect, it } from 'vitest';
import { createRandom } from '../base/index.ts';
import { createScriptedChatModel } from '../chat/index.ts';
import { explainProtocol } from '../protocol/index.ts';
import { createSmallWorld } from '../worlds/index.ts';
import { createPromptedAssistant, planEpisodes, runEpisodes } from './index.ts';

const output = '<profile> ? job_ </profile> <response> what is your job ? </response>';

describe('the prompting baseline', () => {
  it.each([false, true])(
    'is told the protocol once, before everything else (explained by the world: %s)',
    async (explainsProtocol) => {
      const world = createSmallWorld({ explainsProtocol });
      const model = createScriptedChatModel(() => output);
      const sampling = { maxTokens: 40, temperature: 0 };
      const assistant = createPromptedAssistant({ model, sampling, dialect: world.dialect });
      const random = createRandom(5);
      const plans = planEpisodes({ world, random, count: 2, split: 'test' });
      const episodes = await runEpisodes(plans, { world, assistant, turns: 2 });
      const explained = explainProtocol(world.dialect.schema, world.dialect.profileMode);
      for (const { messages } of model.calls.flat()) {
        expect(messages[0]).toEqual({ role: 'system', content: explained });
        expect(messages.filter(({ content }) => content === explained)).toHaveLength(1);
      }
      expect(episodes.map(({ policy }) => policy)).toEqual([
        'scripted, prompted',
        'scripted, prompted',
      ]);
      const turns = episodes.flatMap((episode) => episode.turns);
      expect(turns.map(({ response }) => response)).toEqual(turns.map(() => 'what is your job ?'));
    },
  );
});
