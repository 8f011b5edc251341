/**
 * What the routes of a person's profile take and answer.
 *
 * An entry is one value that holds or held: what it says, who said so and in which words, from when to when.
 * A change is one step of the profile's history. Times are ISO 8601 in UTC.
 */
import { z } from 'zod';

/** Unassigned, private and invisible characters, but for the joiners of some scripts and of emoji. */
const unfitForId = /(?![\u200c\u200d])\p{C}/u;

/** Names a person to the server: a text of visible characters; a name of the application's own. */
export const userIdSchema = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => !unfitForId.test(text), {
    message:
      'Expected a text without control characters, invisible marks (other than the joiners U+200C and U+200D) and characters that Unicode does not assign.',
  })
  .refine((text) => text !== '.' && text !== '..', {
    message:
      'Expected another id than . and .., which addresses leave out: what is kept of it could be neither read nor erased.',
  })
  .meta({ id: 'UserId' });

export const entryIdSchema = z
  .string()
  .regex(/^e_[0-9a-z]{1,40}$/u, 'Expected the id of an entry.')
  .meta({ id: 'EntryId' });

export const longestValue = 400;

/** Control characters, line breaks, halves of characters, marks that turn the reading direction, brackets of tags. */
const unfitForValue = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069<>]/u;

/** A value in one line, as data: it is never read as an instruction. */
export const valueSchema = z
  .string()
  .trim()
  .min(1)
  .max(longestValue)
  .refine((text) => !unfitForValue.test(text), {
    message: 'Expected one line of text without angle brackets.',
  });

const slotSchema = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/u, 'Expected the name of a slot.');

const timeSchema = z.iso.datetime({
  error: 'Expected a time in ISO 8601 and UTC, for example 2026-01-31T09:30:00Z.',
});

/** A number of a query, which comes as text. */
const createCountSchema = (least: number, most: number) => {
  const error = `Expected a whole number from ${least} to ${most}.`;
  return z.coerce.number({ error }).int({ error }).min(least, { error }).max(most, { error });
};

/** The words that an entry rests on: a person's own, quoted from one of their messages. */
export const evidenceSchema = z
  .object({
    message_id: z.string().nullable(),
    quote: z.string(),
    said_at: timeSchema,
  })
  .meta({ id: 'Evidence' });

export const entrySchema = z
  .object({
    id: entryIdSchema,
    slot: z.string(),
    value: z.string(),
    /** Whether the person said it in these words, or the model read it out of what they said. */
    status: z.enum(['stated', 'inferred']),
    confidence: z.number().min(0).max(1),
    source: z.enum(['model', 'person', 'import']),
    /** Name of the model that proposed it; null for other sources. */
    model: z.string().nullable(),
    pinned: z.boolean(),
    /** Oldest first. */
    evidence: z.array(evidenceSchema),
    valid_from: timeSchema,
    /** Null while it holds. */
    valid_to: timeSchema.nullable(),
    recorded_at: timeSchema,
    /** When it was last said or confirmed. */
    confirmed_at: timeSchema,
    /** Why it no longer holds; null while it does. */
    ended_by: z.enum(['replaced', 'retracted', 'corrected']).nullable(),
    replaced_by: entryIdSchema.nullable(),
  })
  .meta({ id: 'Entry' });

/** What happened to an entry. `deleted` tells that there was one, not what it said. */
export const changeKinds = [
  'added',
  'confirmed',
  'replaced',
  'retracted',
  'corrected',
  'pinned',
  'unpinned',
  'deleted',
  'imported',
] as const;

export const changeSchema = z
  .object({
    /** Grows with every change of anybody; what `/events` resumes from. */
    sequence: z.int(),
    kind: z.enum(changeKinds),
    at: timeSchema,
    slot: z.string(),
    /** The entry as it stands now; null where it was deleted since. */
    entry: entrySchema.nullable(),
    /** The entry that it took the place of, or null. */
    before: entrySchema.nullable(),
  })
  .meta({ id: 'Change' });

/** Why a proposed change was not made. */
export const refusalReasons = [
  /** No message of the person says so. */
  'no_evidence',
  /** What is kept rests on a newer statement. */
  'older_than_known',
  /** It is only read out of what was said, and what is kept was said. */
  'weaker_than_known',
  /** The person corrected, pinned or deleted it after the message it rests on, or the evidence only hints. */
  'held_by_person',
  'no_such_slot',
  /** Too long, several lines, tags. */
  'bad_value',
  /** The slot holds only the values that the schema lists. */
  'value_not_listed',
  /** To be retracted, and not there. */
  'not_there',
  'too_many',
] as const;

export const refusalReasonSchema = z.enum(refusalReasons);

export const profileSchema = z
  .object({
    user: z.string(),
    /** The entries that hold now, pinned ones first, then the most recently confirmed. */
    entries: z.array(entrySchema),
    /** The last change; 0 where there was none. */
    sequence: z.int(),
  })
  .meta({ id: 'Profile' });

/** Least length of a profile as text, in tokens as they are estimated: room for a short entry in its frame. */
export const leastPromptTokens = 64;

/** Of `GET profile`: with `format=text` the answer is plain text to put into a prompt. */
export const profileQuerySchema = z.object({
  format: z.enum(['json', 'text']).default('json'),
  /** Longest text, in tokens as they are estimated. */
  max_tokens: createCountSchema(leastPromptTokens, 100_000).default(512),
  /** Only entries that have something to do with these words, best first. */
  q: z.string().max(1000).optional(),
});

/** What a person adds in their own name; it replaces what stands in a slot for one value. */
export const newEntrySchema = z
  .strictObject({ slot: slotSchema, value: valueSchema, pinned: z.boolean().optional() })
  .meta({ id: 'NewEntry' });

/** Corrects or pins an entry; a corrected one is replaced, and its history kept. */
export const entryPatchSchema = z
  .strictObject({ value: valueSchema.optional(), pinned: z.boolean().optional() })
  .refine(({ value, pinned }) => value !== undefined || pinned !== undefined, {
    message: 'Expected a value, pinned, or both.',
  })
  .meta({ id: 'EntryPatch' });

/** Answers what a person changed; no changes where it stood so already. */
export const changedSchema = z
  .object({ entry: entrySchema.nullable(), changes: z.array(changeSchema) })
  .meta({ id: 'Changed' });

/** Answers a deletion: how much of each kind is gone for good. */
export const erasedSchema = z
  .object({
    user: z.string(),
    erased: z.object({
      entries: z.int(),
      evidence: z.int(),
      messages: z.int(),
      turns: z.int(),
      changes: z.int(),
    }),
  })
  .meta({ id: 'Erased' });

export const historySchema = z
  .object({
    user: z.string(),
    /** Newest first. */
    changes: z.array(changeSchema),
    /** To be given as `before` for the next page; null where there is none. */
    next: z.int().nullable(),
  })
  .meta({ id: 'History' });

export const historyQuerySchema = z.object({
  before: createCountSchema(1, Number.MAX_SAFE_INTEGER).optional(),
  limit: createCountSchema(1, 500).default(100),
});

export const entryHistorySchema = z
  .object({
    user: z.string(),
    /** Everything that ever stood in this place, newest first. */
    entries: z.array(entrySchema),
  })
  .meta({ id: 'EntryHistory' });

const storedMessageSchema = z.object({
  id: z.string(),
  content: z.string(),
  said_at: timeSchema,
});

/** All that is held of a person. */
export const exportSchema = z
  .object({
    format: z.literal('rlpa-profile'),
    version: z.literal(1),
    user: z.string(),
    exported_at: timeSchema,
    entries: z.array(entrySchema),
    changes: z.array(changeSchema),
    messages: z.array(storedMessageSchema),
    turns: z.array(
      z.object({
        id: z.string(),
        message_id: z.string().nullable(),
        /** The message and the note as the model was shown them, and what it wrote; null where it was cleared. */
        message: z.string(),
        note: z.string(),
        output: z.string().nullable(),
        reply: z.string(),
        /** The profile that the model was left with. */
        profile_after: z.array(z.object({ slot: z.string(), value: z.string() })).nullable(),
        format_problem: z.string().nullable(),
        model: z.string(),
        at: timeSchema,
      }),
    ),
  })
  .meta({ id: 'Export' });

/** Takes entries from elsewhere, among them those of an export; only those that still hold are read. */
export const importSchema = z
  .object({
    /** As an export has them; an export of another version is refused. */
    format: z.literal('rlpa-profile').optional(),
    version: z.literal(1).optional(),
    entries: z
      .array(
        z.object({
          slot: slotSchema,
          value: valueSchema,
          status: z.enum(['stated', 'inferred']).optional(),
          confidence: z.number().min(0).max(1).optional(),
          pinned: z.boolean().optional(),
          valid_from: timeSchema.optional(),
          valid_to: timeSchema.nullish(),
        }),
      )
      .max(5000),
  })
  .meta({ id: 'Import' });

/** Why an entry was left out of an import: `past` no longer held there, `place_taken` gives way to what stands here. */
const leftOutReasons = ['no_such_slot', 'past', 'place_taken', 'too_many'] as const;

export const importedSchema = z
  .object({
    changes: z.array(changeSchema),
    /** Entries left out, and how many for which reason. */
    refused: z.int(),
    reasons: z.partialRecord(z.enum(leftOutReasons), z.int()),
  })
  .meta({ id: 'Imported' });

export type Entry = z.infer<typeof entrySchema>;
export type Evidence = z.infer<typeof evidenceSchema>;
export type Change = z.infer<typeof changeSchema>;
export type ChangeKind = (typeof changeKinds)[number];
export type RefusalReason = (typeof refusalReasons)[number];
export type ProfileView = z.infer<typeof profileSchema>;
export type NewEntry = z.infer<typeof newEntrySchema>;
export type EntryPatch = z.infer<typeof entryPatchSchema>;
export type Changed = z.infer<typeof changedSchema>;
export type Erased = z.infer<typeof erasedSchema>;
export type History = z.infer<typeof historySchema>;
export type EntryHistory = z.infer<typeof entryHistorySchema>;
export type Export = z.infer<typeof exportSchema>;
export type Import = z.infer<typeof importSchema>;
export type Imported = z.infer<typeof importedSchema>;
