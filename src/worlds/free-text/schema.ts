/** What a profile of free text is: one open slot of many items. */
import type { ProfileSchema } from '../../profile/index.ts';
import { itemSlot } from './users/load-personas.ts';

/** One open slot; its name is not written in the profile block. */
export const freeTextSchema: ProfileSchema = {
  name: 'free-text',
  version: 1,
  slots: [{ name: itemSlot, kind: 'fact', multiple: true }],
};
