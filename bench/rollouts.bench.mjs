/** Rollouts with slow users and judges: the time they take against the waiting that cannot be avoided. */
import { setTimeout } from 'node:timers/promises';
import { findPolicy } from '../dist/app/policies/find-policy.js';
import { withPolicy } from '../dist/app/policies/open-policy.js';
import { createRandom } from '../dist/base/index.js';
import { createModelAssistant, planEpisodes, runEpisodes } from '../dist/env/index.js';
import { createSmallWorld } from '../dist/worlds/index.js';

const shape = { conversations: 16, turns: 8 };
/** Seconds that a user or a judge takes. */
const range = { least: 0.1, most: 3 };

/** Seconds of every wait, by conversation and turn, drawn from one seed. */
function drawWaits(seed) {
  const random = createRandom(`waits ${seed}`);
  const draw = () => range.least + random.next() * (range.most - range.least);
  return Array.from({ length: shape.conversations }, () =>
    Array.from({ length: shape.turns }, () => ({ user: draw(), judge: draw() })),
  );
}

const pause = (seconds) => setTimeout(seconds * 1000);

/** The world with users and judge that take the given times; conversations begin in the order of their plans. */
function slowDown(world, waits) {
  const waitOf = new WeakMap();
  let begun = 0;
  return {
    ...world,
    createUser: (...parameters) => {
      const user = world.createUser(...parameters);
      const own = waits[begun++];
      let turn = 0;
      const speak = async (say) => {
        const wait = own[turn++];
        await pause(wait.user);
        const spoken = await say();
        waitOf.set(spoken, wait);
        return spoken;
      };
      return {
        name: user.name,
        persona: user.persona,
        open: () => speak(() => user.open()),
        respond: (reply) => speak(() => user.respond(reply)),
      };
    },
    scoreTurn: async (turn) => {
      await pause(waitOf.get(turn.user).judge);
      return world.scoreTurn(turn);
    },
  };
}

/** Holds the conversations; seconds in all, seconds in which the policy worked, and its batches. */
async function hold(world, chat) {
  const plans = planEpisodes({
    world,
    random: createRandom(1),
    count: shape.conversations,
    split: 'train',
  });
  const policy = createModelAssistant({
    model: chat,
    sampling: { maxTokens: 64, temperature: 1 },
  });
  let samplingSeconds = 0;
  let batches = 0;
  const answer = async (turns, signal) => {
    const begin = performance.now();
    const replies = await policy.answer(turns, signal);
    samplingSeconds += (performance.now() - begin) / 1000;
    batches += 1;
    return replies;
  };
  const begin = performance.now();
  await runEpisodes(plans, { world, assistant: { ...policy, answer }, turns: shape.turns });
  return { seconds: (performance.now() - begin) / 1000, samplingSeconds, batches };
}

const sum = (values) => values.reduce((total, value) => total + value, 0);

/** What the slowest conversation waits for by itself. */
const longestWait = (waits) =>
  Math.max(...waits.map((turns) => sum(turns.map(({ user, judge }) => user + judge))));

/** What everybody would wait if every turn waited for the slowest user, and then the slowest judge. */
const lockstepWait = (waits) =>
  sum(
    Array.from(
      { length: shape.turns },
      (_, turn) =>
        Math.max(...waits.map((turns) => turns[turn].user)) +
        Math.max(...waits.map((turns) => turns[turn].judge)),
    ),
  );

const slow = {
  name: 'slow-users',
  about: `rollouts with users and judges of ${range.least} to ${range.most} s, ${shape.conversations} conversations of ${shape.turns} turns`,
  isLarge: false,
  async run({ threads }) {
    const waits = drawWaits(1);
    const world = createSmallWorld();
    const options = { location: findPolicy('base'), threads, maxTokensPerBatch: 8192 };
    return withPolicy(options, async ({ chat }) => {
      // The first round makes the graphs. Without waits, everybody is in every batch.
      await hold(world, chat);
      const together = await hold(world, chat);
      const { seconds, samplingSeconds, batches } = await hold(slowDown(world, waits), chat);
      const least = longestWait(waits) + samplingSeconds;
      return {
        figures: {
          about: slow.about,
          seconds,
          samplingSeconds,
          batches,
          longestWaitSeconds: longestWait(waits),
          lockstepSeconds: lockstepWait(waits) + together.samplingSeconds,
        },
        ratios: () => ({
          overWaitAndSampling: seconds / least,
          lockstepOverWaitAndSampling: (lockstepWait(waits) + together.samplingSeconds) / least,
        }),
      };
    });
  },
};

export const cases = [slow];
