/** The shapes of scores that the pages read from JSON files. */
import { z } from 'zod';

export const intervalSchema = z.looseObject({
  mean: z.number().nullable(),
  half_width: z.number().nullable(),
});

/** One entry a turn. */
export const seriesSchema = z.array(z.number().nullable());

export const scoresSchema = z.looseObject({
  profile_f1_disclosed: seriesSchema,
  profile_f1_full: seriesSchema,
  alignment: seriesSchema,
  late: z.looseObject({
    profile_f1_disclosed: intervalSchema,
    profile_f1_full: intervalSchema,
    alignment: intervalSchema,
  }),
});
