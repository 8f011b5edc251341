/**
 * What the report reads of a conversation, checked before anything is drawn from it.
 *
 * A run folder may come from another machine, from a program of its owner, or damaged: a record that
 * is no conversation is refused by file and line, never met half-way down a page.
 */
import { z } from 'zod';
import { DataError } from '../../base/index.ts';
import type { Episode } from '../../env/index.ts';

const item = z.looseObject({ slot: z.string(), value: z.string() });
const profile = z.array(item);
const score = z.looseObject({ f1: z.number() }).nullable();

const turn = z.looseObject({
  turnIndex: z.int().min(0),
  user: z.looseObject({
    message: z.string(),
    disclosures: z.array(z.looseObject({ item, replaces: item.optional(), form: z.string() })),
    dropped: profile.optional(),
    intent: z.looseObject({}),
  }),
  note: z.string(),
  output: z.string(),
  formatProblem: z.string().nullable(),
  response: z.string(),
  changes: z.array(z.looseObject({ kind: z.string(), item })),
  question: z.string().nullish(),
  profileBefore: profile,
  profileAfter: profile,
  trueProfile: profile,
  disclosedProfile: profile,
  supersededProfile: profile.optional(),
  scoreDisclosed: score,
  scoreFull: score,
  verdict: z
    .looseObject({ criteria: z.record(z.string(), z.unknown()), reasons: z.array(z.string()) })
    .nullable(),
  alignment: z.number().nullable(),
  rewards: z.looseObject({
    profile: z.number().nullable(),
    response: z.number().nullable(),
    parts: z.record(z.string(), z.number()),
  }),
  alternatives: z.array(z.unknown()).optional(),
});

const episode = z.looseObject({
  format: z.literal(1),
  id: z.string(),
  user: z.string(),
  policyVersion: z.number(),
  persona: z.looseObject({
    id: z.string(),
    trueProfile: profile,
    changes: z.array(z.looseObject({ fromTurn: z.number(), before: item, after: item.nullable() })),
  }),
  turns: z.array(turn),
  error: z.string().nullable(),
});

/** Passes a record on if it is a conversation. Throws `DataError` naming the place and what is wrong there. */
export function checkEpisode(
  record: unknown,
  place: string,
  details: Readonly<Record<string, unknown>>,
): Episode {
  const { success, error } = episode.safeParse(record);
  if (success) return record as Episode;
  const [issue] = error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'it' : issue.path.join('.');
  throw new DataError(
    'episode_format',
    `${place}: expected a conversation of format 1; ${where}: ${issue?.message ?? 'unreadable'}.`,
    { details, hint: 'Read the run with the version of rlpa that wrote it, or restore the file.' },
  );
}
