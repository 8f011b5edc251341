/** Hints from which an item can be inferred without its word being said; both ways of speaking. */

/** Hints of the families that are trained on, keyed `slot=value`. */
export const cuesA: Readonly<Record<string, string>> = {
  'job=teacher': 'my pupils were loud today .',
  'job=nurse': 'my patients on the ward were calm today .',
  'job=farmer': 'my cows and fields need me .',
  'job=pilot': 'i had to fly over the ocean today .',
  'pet=dog': 'somebody wants me for a walk with a ball .',
  'pet=cat': 'somebody with soft paws sleeps on my keyboard .',
  'pet=hamster': 'somebody runs in a wheel all night .',
  'diet=vegan': 'i eat no meat , no milk and no eggs .',
  'diet=vegetarian': 'i eat no meat but eggs are fine .',
  'diet=keto': 'no bread and no sugar for me .',
  'hobby=chess': 'i lost my queen on the board again .',
  'hobby=fishing': 'i sat by the river with my rod .',
  'hobby=running': 'my shoes and the park were calling at dawn .',
  'hobby=knitting': 'my wool and needles are on the sofa .',
  'music=jazz': 'the saxophone makes me happy .',
  'music=techno': 'a loud machine and a fast beat make me happy .',
  'trip=beach': 'i miss the sand and the waves .',
  'trip=mountain': 'i miss the peaks and the snow .',
  'goal=marathon': 'i train for the long race in spring .',
  'transport=bike': 'i was on two wheels in the rain .',
};

/** The same hints turned around, for the families never trained on. */
export const cuesB: Readonly<Record<string, string>> = {
  'job=teacher': 'loud pupils again today .',
  'job=nurse': 'calm patients , a long day on the ward .',
  'job=farmer': 'the fields and the cows again .',
  'job=pilot': 'over the ocean again , i fly .',
  'pet=dog': 'a ball , a walk , that is what somebody wants .',
  'pet=cat': 'soft paws on the keyboard again .',
  'pet=hamster': 'a wheel runs all night at home .',
  'diet=vegan': 'no milk , no meat , no eggs .',
  'diet=vegetarian': 'eggs are fine , no meat .',
  'diet=keto': 'no sugar , no bread .',
  'hobby=chess': 'the board , my queen , lost .',
  'hobby=fishing': 'my rod , the river , a good day .',
  'hobby=running': 'the park at dawn , and my shoes .',
  'hobby=knitting': 'needles and wool again .',
  'music=jazz': 'happy with a saxophone .',
  'music=techno': 'a fast beat , a loud machine .',
  'trip=beach': 'waves and sand , i miss that .',
  'trip=mountain': 'snow and peaks , i miss that .',
  'goal=marathon': 'a long race , i train .',
  'transport=bike': 'two wheels , and the rain .',
};
