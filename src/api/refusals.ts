/** Why a proposed change was not made, in words for the person: one table for the terminal and the page. */
import type { RefusalReason } from './profile.ts';

export const refusalWords: Readonly<Record<RefusalReason, string>> = {
  no_evidence: 'no message of yours says so',
  older_than_known: 'you have said something newer',
  weaker_than_known: 'you said otherwise in plain words',
  held_by_person: 'you set this yourself',
  no_such_slot: 'there is no such place in a profile',
  bad_value: 'it is not one short line',
  value_not_listed: 'this place holds no such value',
  not_there: 'it was not in the profile',
  too_many: 'the profile is full',
};
