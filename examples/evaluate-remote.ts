/**
 * Measures a model behind an OpenAI-compatible server on held-out people of the small world. It was never
 * trained for it and is told what to write.
 *
 *   npx jiti examples/evaluate-remote.ts http://localhost:11434/v1#qwen2.5:3b
 */
import { evaluate } from 'rlpa/app';

const [policy] = process.argv.slice(2);
if (policy === undefined) {
  console.error('Name the server and the model: http://localhost:11434/v1#qwen2.5:3b');
  process.exit(2);
}

const { trained } = await evaluate({
  policy,
  settings: {
    evaluation: { users: 2, turns: 3 },
    // The books end the work before it costs more.
    models: { budget: { calls: 50 } },
  },
  environment: process.env,
  log: console.log,
});
const show = (values: readonly (number | null)[]): string =>
  values.map((value) => value?.toFixed(2) ?? '-').join(' ');
console.log(`readable outputs: ${trained.format_rate}`);
console.log(`profile F1 by turn, of what was disclosed: ${show(trained.profile_f1_disclosed)}`);
console.log(`replies that suit, by turn: ${show(trained.alignment)}`);
