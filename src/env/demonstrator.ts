/** Scripts that are told what the user meant, as assistants. */
import { createRandom, type RandomSource } from '../base/index.ts';
import type { ChatReply } from '../chat/index.ts';
import { applyOutput, parseOutput, renderOutput, type Dialect } from '../protocol/index.ts';
import type { Assistant, Situation } from './assistant.ts';

/** Writes one output given everything the program knows of the turn; never stands in for a policy. */
export interface Demonstrator {
  readonly name: string;
  write(situation: Situation): string;
}

/** An assistant by rule, whose result says what a policy's is worth. */
export type ScriptedAssistant = {
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  create(random: RandomSource): Demonstrator;
};

/** Creates an assistant in which each conversation is written by a demonstrator of its own. */
export function createDemonstratorAssistant(
  create: (random: RandomSource) => Demonstrator,
): Assistant {
  const { name } = create(createRandom('name'));
  const writers = new Map<string, Demonstrator>();
  return {
    name,
    answer: (turns) =>
      Promise.resolve(
        turns.map(({ conversationId, random, situation, candidates }) => {
          const writer = writers.get(conversationId) ?? create(random.fork('writer'));
          writers.set(conversationId, writer);
          return Array.from({ length: candidates }, (): ChatReply => {
            return { text: writer.write(situation), finishReason: 'stop' };
          });
        }),
      ),
    forget: (conversationIds) => {
      for (const id of conversationIds) writers.delete(id);
      return Promise.resolve();
    },
  };
}

/**
 * Rewrites what a demonstrator of changes writes for the given mode. Recalls are left out of whole
 * profiles: the item stands in the list anyway.
 */
export function writeInMode(
  demonstrator: Demonstrator,
  { schema, profileMode }: Pick<Dialect, 'schema' | 'profileMode'>,
): Demonstrator {
  if (profileMode === 'changes') return demonstrator;
  return {
    name: `${demonstrator.name}, whole profile`,
    write: (situation) => {
      const text = demonstrator.write(situation);
      const parsed = parseOutput(text, schema);
      if (!parsed.ok) return text;
      const { profile } = applyOutput(situation.inferred, parsed, schema, 'changes');
      const changes = profile.map((item) => ({ kind: 'set' as const, item }));
      return renderOutput({ ...parsed, changes, recalls: [] }, schema);
    },
  };
}
