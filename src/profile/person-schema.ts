/**
 * Slots for real people, for a model that was made for no world of ours.
 *
 * Wide rather than fine: a model that follows instructions finds its way in sixteen places, and what fits none
 * of them has one of its own.
 */
import type { ProfileSchema, Slot } from './types.ts';

const one = (name: string, kind: Slot['kind'] = 'fact'): Slot => ({ name, kind, multiple: false });
const several = (name: string, kind: Slot['kind'] = 'fact'): Slot => ({
  name,
  kind,
  multiple: true,
});

export const personSchema: ProfileSchema = {
  name: 'person',
  version: 1,
  slots: [
    one('name'),
    one('age'),
    one('home'),
    one('origin'),
    one('work'),
    one('studies'),
    several('family'),
    several('pets'),
    several('languages'),
    several('likes', 'preference'),
    several('dislikes', 'preference'),
    several('diet', 'preference'),
    several('hobbies', 'preference'),
    several('plans'),
    several('manner', 'trait'),
    several('other'),
  ],
};
