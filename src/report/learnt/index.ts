export { describeChoice, findTypical, pairTalks, type TalkPair } from './choose-person.ts';
export {
  describeTalk,
  type KeptItem,
  type Talk,
  type TalkEnd,
  type TalkTurn,
} from './describe-talk.ts';
export { renderPairText, type TextOptions } from './pair-text.ts';
export { renderLearnt, type LearntInput } from './section.ts';
export { composeTalkPage, type TalkPageOptions } from './talk-page.ts';
