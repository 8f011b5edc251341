/** What slots are about, by English words in their names: applications name slots as they like. */

/** About other people. */
export const slotOfOthers =
  /famil|partner|spouse|child|kid|relation|friend|sibling|parent|household|people|married/iu;

/** What a person does not want: "I can't stand it" is evidence for one and ends none, "I like it now" ends one. */
export const slotOfDislikes = /dislike|hate|avoid|allerg/iu;

export const slotOfTaste =
  /like|favou?rite|prefer|taste|food|drink|music|film|movie|book|show|game|sport|hobb|interest|colou?r|season/iu;

/** What is not so yet, or any sentence at all. */
export const slotOfPlans = /plan|goal|wish|dream|hope|want|intent|aim|todo|trip|item|about|other/iu;

export const slotOfNames = /name/iu;

export const slotOfHome = /home|city|town|address|live|place|location|country|residence/iu;

export const slotOfWork = /work|job|career|profession|employ|occupation/iu;
