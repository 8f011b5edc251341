/** What the two measures are, for people who read a page. */
export const measuresInWords =
  'Alignment says how well a reply suits the person: the share of replies that fit in all five ways (natural, relevant, logical, engaging, informative), or, where the judge grades, the mean of grades, at most 1. Profile F1 compares the profile the policy keeps with what the person has told so far; 1 is perfect.';
