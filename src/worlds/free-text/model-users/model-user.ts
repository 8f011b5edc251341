/**
 * A simulated user whose messages are phrased by a chat model, and decided by the program.
 *
 * The rule-based user of the free-text world decides what each turn does: what it tells (at most 15 %
 * of the items), what it keeps back, when it complains. The model only finds the words. Each message
 * is checked; one that fails is asked for again a few times, then the rules' own phrasing is taken,
 * which is always there. So a weak or failing model makes duller users, never wrong ones.
 */
import { endsWork, ProviderError, type RandomSource } from '../../../base/index.ts';
import type { ChatModel } from '../../../chat/index.ts';
import { normaliseText } from '../../../profile/index.ts';
import type { PhrasingFamily } from '../users/phrasings.ts';
import { freeTextSchema } from '../schema.ts';
import { findAct, hasAct, hearTurn, openTruth } from '../../../users/index.ts';
import type {
  MessageChecks,
  PerceivedReply,
  Persona,
  SimulatedUser,
  Truth,
  UserTurn,
} from '../../../users/index.ts';
import { checkMessage, type MessageCheckName } from './check-message.ts';
import { composePhrasePrompt, readTopic, type SpokenLine } from './phrase-prompt.ts';

/** Version of prompt and checks; stored with every episode. */
export const modelUserVersion = 'model-user-1';

export type ModelUserSettings = {
  readonly chat: ChatModel;
  /** Most tokens of a message; default 120. */
  readonly maxTokens?: number;
  /** Default 0.8. */
  readonly temperature?: number;
  /** Further messages asked for when one fails its checks; default 2. */
  readonly retries?: number;
};

export type ModelUserOptions = ModelUserSettings & {
  /** Decides every turn, and phrases it where the model cannot. */
  readonly plan: SimulatedUser;
  readonly family: PhrasingFamily;
  readonly random: RandomSource;
};

/**
 * Creates a user; it holds its own state. The first message is the rules' greeting and costs no call.
 * `respond` throws what ends the whole work: a spent budget, an interruption, a model that is gone.
 */
export function createModelUser(options: ModelUserOptions): SimulatedUser {
  return new ModelUser(options);
}

class ModelUser implements SimulatedUser {
  readonly name: string;
  readonly persona: Persona;
  readonly #options: ModelUserOptions;
  readonly #lines: SpokenLine[] = [];
  /** What holds of the persona by now. */
  #truth: Truth;
  #turnIndex = 0;

  constructor(options: ModelUserOptions) {
    this.name = `${options.plan.name}:${modelUserVersion}:${options.chat.name}`;
    this.persona = options.plan.persona;
    this.#truth = openTruth(this.persona, freeTextSchema);
    this.#options = options;
  }

  async open(): Promise<UserTurn> {
    const turn = await this.#options.plan.open();
    this.#remember(turn);
    return turn;
  }

  async respond(reply: PerceivedReply): Promise<UserTurn> {
    this.#turnIndex += 1;
    const plan = await this.#options.plan.respond(reply);
    this.#lines.push({ isOwn: false, text: reply.response });
    const turn = await this.#phrase(plan, reply);
    this.#remember(turn);
    return turn;
  }

  #remember(turn: UserTurn): void {
    this.#lines.push({ isOwn: true, text: turn.message });
    this.#truth = hearTurn(this.#truth, turn, freeTextSchema);
  }

  async #phrase(plan: UserTurn, reply: PerceivedReply): Promise<UserTurn> {
    const most = 1 + (this.#options.retries ?? 2);
    const findings: { attempt: number; check: string }[] = [];
    let faults: readonly MessageCheckName[] = [];
    for (let attempt = 1; attempt <= most; attempt += 1) {
      const message = await this.#ask(plan, reply, attempt, faults);
      if (message === null) {
        findings.push({ attempt, check: 'no_reply' });
        return { ...plan, checks: describeChecks(attempt, findings, true) };
      }
      faults = this.#check(message, plan, reply);
      if (faults.length === 0) {
        const checks = describeChecks(attempt, findings, false);
        return { ...plan, message: tidyMessage(message), checks };
      }
      findings.push(...faults.map((check) => ({ attempt, check })));
    }
    return { ...plan, checks: describeChecks(most, findings, true) };
  }

  /** Null when the model gave no reply after the client's own tries. */
  async #ask(
    plan: UserTurn,
    reply: PerceivedReply,
    attempt: number,
    faults: readonly MessageCheckName[],
  ): Promise<string | null> {
    const { chat, family, random, maxTokens = 120, temperature = 0.8 } = this.#options;
    const messages = composePhrasePrompt({
      plan,
      told: this.#truth.disclosed,
      lines: this.#lines,
      family,
      turnIndex: this.#turnIndex,
      isAnnoyed: reply.alignment === 0,
      faults,
    });
    const request = {
      conversationId: this.persona.id,
      messages,
      sampling: { maxTokens, temperature },
      seed: random.fork(`phrase/${this.#turnIndex}/${attempt}`).nextUint32(),
    };
    try {
      const [answer] = await chat.reply([request]);
      return answer?.text ?? '';
    } catch (error) {
      if (endsWork(error) || !(error instanceof ProviderError)) throw error;
      return null;
    }
  }

  #check(message: string, plan: UserTurn, reply: PerceivedReply): MessageCheckName[] {
    const doubt = findAct(plan.acts, 'doubt');
    const distractor = findAct(plan.acts, 'distractor');
    const changed = plan.disclosures.flatMap(({ replaces }) => replaces ?? []);
    const doubted = this.#truth.disclosed.filter(({ value }) => value === doubt?.item.value);
    return checkMessage({
      message,
      now: [
        ...plan.disclosures.map((disclosure) => disclosure.item),
        ...(hasAct(plan.acts, 'change') ? changed : []),
        ...(plan.dropped ?? []),
        ...doubted,
      ],
      told: this.#truth.disclosed,
      // What is doubted may be denied; it is not untrue yet.
      trueProfile: hearTurn(this.#truth, plan, freeTextSchema).whole.filter(
        (held) => !doubted.includes(held),
      ),
      reply: reply.response,
      mentioned: `${readTopic(plan.acts)} ${(doubt ?? distractor)?.item.value ?? ''}`,
      isAboutOther: distractor !== undefined,
    });
  }
}

function describeChecks(
  attempts: number,
  findings: MessageChecks['findings'],
  isFallback: boolean,
): MessageChecks {
  return { attempts, findings, isFallback };
}

/** Spelt as everything else in the free-text world: lower case, plain quotes, one line. */
function tidyMessage(text: string): string {
  const spelled = normaliseText(text);
  return /^"[^"]*"$/u.test(spelled) ? spelled.slice(1, -1).trim() : spelled;
}
