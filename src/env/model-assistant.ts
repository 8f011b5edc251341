/** A chat model as an assistant: the policy in training, or any model that is told the protocol. */
import { RolloutError } from '../base/index.ts';
import type { ChatModel, ChatReply, ChatRequest, SamplingOptions } from '../chat/index.ts';
import type { Assistant, AssistantTurn } from './assistant.ts';
import { Branches } from './branches.ts';

export type ModelAssistantOptions = {
  readonly model: ChatModel;
  readonly sampling: SamplingOptions;
  /** Put before each conversation; nothing by default. */
  readonly instructions?: string;
};

/** Creates the assistant. Its `answer` throws what the model throws, and `RolloutError` where replies are missing. */
export function createModelAssistant(options: ModelAssistantOptions): Assistant {
  const { model, sampling, instructions = '' } = options;
  const branches = new Map<string, Branches>();
  /** Conversations that nothing goes on from; the model forgets them together, before it is asked again. */
  const dropped: string[] = [];
  const openBranches = ({ conversationId, standsAlone }: AssistantTurn): Branches => {
    const known = branches.get(conversationId) ?? new Branches(conversationId, standsAlone);
    branches.set(conversationId, known);
    return known;
  };
  const compose = (turn: AssistantTurn): ChatRequest[] =>
    openBranches(turn)
      .open(model, turn.candidates)
      .map((conversationId, place) => ({
        conversationId,
        messages:
          instructions === ''
            ? turn.messages
            : [{ role: 'system', content: instructions }, ...turn.messages],
        sampling,
        seed: turn.random.fork(nameStream(turn.turnIndex, place)).nextUint32(),
      }));
  return {
    name: model.name,
    async answer(turns, signal): Promise<ChatReply[][]> {
      if (dropped.length > 0) await model.forget(dropped.splice(0));
      const requests = turns.map(compose);
      const replies = await model.reply(requests.flat(), signal);
      const wanted = requests.flat().length;
      if (replies.length !== wanted) {
        throw new RolloutError(
          'replies_missing',
          `The policy gave ${replies.length} replies to ${wanted} requests.`,
        );
      }
      let next = 0;
      return requests.map(({ length }) => replies.slice(next, (next += length)));
    },
    follow(conversationId, candidate): void {
      dropped.push(...(branches.get(conversationId)?.follow(candidate) ?? []));
    },
    async forget(conversationIds): Promise<void> {
      const ids = conversationIds.flatMap((id) => branches.get(id)?.ids ?? []);
      for (const id of conversationIds) branches.delete(id);
      await model.forget([...dropped.splice(0), ...ids]);
    },
  };
}

/** Every candidate draws from a stream of its own; the first from the one that a single output would use. */
function nameStream(turnIndex: number, place: number): string {
  return `sampling/${turnIndex}${place === 0 ? '' : `/${place}`}`;
}
