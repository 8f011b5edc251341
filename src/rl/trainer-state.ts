/** What the state in a checkpoint must be, so that one from elsewhere is refused by its key. */
import { z } from 'zod';
import type { TrainerState } from './training-types.ts';

const count = z.int().nonnegative();
const share = z.number().nullable();

export const trainerStateSchema: z.ZodType<TrainerState> = z.strictObject({
  iteration: count,
  policyVersion: count,
  generatedTokens: count,
  validations: z
    .array(
      z.strictObject({
        iteration: count,
        score: share,
        alignment: share,
        profile_f1_disclosed: share,
        format_rate: share,
      }),
    )
    .exactOptional(),
});
