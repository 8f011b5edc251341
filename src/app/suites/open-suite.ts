/** What measuring on texts from a file begins with: the policy, and how it is spoken to. */
import type { Dialect } from '../../protocol/index.ts';
import type { AppContext } from '../context.ts';
import { checkTalkSettings, openTalk, type Talk, type TalkOptions } from '../talk/talk.ts';

export type SuiteOptions = TalkOptions & {
  /** The file of texts. */
  readonly data: string;
  /** How many of them; each suite has its default. */
  readonly items?: number | undefined;
  /** Draws them; 1 by default. */
  readonly seed?: number | undefined;
};

export type OpenedSuite = {
  readonly talk: Talk;
  readonly dialect: Dialect;
  readonly maxTokens: number;
};

/** Opens the policy's settings. Throws what `openTalk` throws. */
export async function openSuite(
  options: SuiteOptions,
  context: AppContext,
  work: string,
): Promise<OpenedSuite> {
  checkTalkSettings(options, ['sampling.maxTokens'], work);
  const talk = await openTalk(options, context, { isSpokenOnly: true });
  const { definition, settings } = talk.resolved;
  const dialect = definition.createDialect(settings.world);
  return { talk, dialect, maxTokens: settings.sampling.maxTokens };
}
