/** Replies with labels by hand, and what the judge makes of them; see test/fixtures/everyday-replies. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { z } from 'zod';
import type { ProfileItem } from '../../../profile/index.ts';
import type { DialogueAct } from '../../../users/index.ts';
import { defaultDynamics } from '../../dynamics/index.ts';
import { judgeEverydayReply } from '../judge.ts';
import { createDomain } from '../values.ts';

const folder = path.resolve(import.meta.dirname, '../../../../test/fixtures/everyday-replies');

const values = z.record(z.string(), z.array(z.string()));

const situationSchema = z.strictObject({
  message: z.string(),
  acts: z.array(z.looseObject({ kind: z.string() })),
  told: values,
  former: values.default({}),
  before: z.array(z.string()).default([]),
  good: z.array(z.string()),
  bad: z.array(z.string()),
});

export type JudgedReply = {
  readonly message: string;
  readonly reply: string;
  readonly isGood: boolean;
  readonly isJudgedGood: boolean;
  readonly reasons: readonly string[];
};

const listItems = (of: Readonly<Record<string, readonly string[]>>): ProfileItem[] =>
  Object.entries(of).flatMap(([slot, list]) => list.map((value) => ({ slot, value })));

/** Judges every reply of a set; tone and length are left out, as they are in the labels. */
export function judgeLabelledReplies(set: 'tuning' | 'kept-apart'): readonly JudgedReply[] {
  const text = fs.readFileSync(path.join(folder, `${set}.json`), 'utf8');
  const domain = createDomain('train');
  return z
    .array(situationSchema)
    .parse(JSON.parse(text))
    .flatMap(({ message, acts, told, former, before, good, bad }) => {
      const history = [...before, message].map((content, index) => ({
        role: index % 2 === 0 ? ('user' as const) : ('assistant' as const),
        content,
      }));
      const profile = listItems(told);
      const judge = (reply: string, isGood: boolean): JudgedReply => {
        const { criteria, reasons } = judgeEverydayReply(
          {
            history,
            response: reply,
            profile,
            whole: profile,
            superseded: listItems(former),
            acts: acts as unknown as readonly DialogueAct[],
          },
          domain,
          defaultDynamics,
        );
        const { naturalness, relevance, logic, engagement } = criteria;
        const isJudgedGood = naturalness * relevance * logic * engagement === 1;
        return { message, reply, isGood, isJudgedGood, reasons };
      };
      return [
        ...good.map((reply) => judge(reply, true)),
        ...bad.map((reply) => judge(reply, false)),
      ];
    });
}

/** Share of replies on which label and judge agree. */
export function computeAgreement(replies: readonly JudgedReply[]): number {
  return (
    replies.filter(({ isGood, isJudgedGood }) => isGood === isJudgedGood).length / replies.length
  );
}
