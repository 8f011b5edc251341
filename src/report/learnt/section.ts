/**
 * What a run taught, for the top of its page: a conversation before and after training.
 *
 * Best is the same person met twice. Where nobody was met before and after, a conversation of the
 * first iteration stands beside one of the last, and the page says that the people differ.
 */
import type { Episode } from '../../env/index.ts';
import type { Evidence, TrainingTalk } from '../evidence.ts';
import { escapeHtml } from '../html.ts';
import { groups, type Group, type GroupTalks, type HeldOutTalks } from '../load/index.ts';
import { allMarks } from '../mark-turn.ts';
import { describeChoice, findTypical, pairTalks, type TalkPair } from './choose-person.ts';
import { describeTalk } from './describe-talk.ts';
import { renderLegend, renderPair, type SidesOfTalk } from './render-pair.ts';

export type LearntInput = {
  readonly talks: HeldOutTalks | null;
  /** Both ends of training; null where no conversation of it shows what was learnt. */
  readonly evidence: Evidence | null;
};

/** Further people of each family, as they come. */
const furtherPeople = 3;

/** Renders the section's content. */
export function renderLearnt({ talks, evidence }: LearntInput): string {
  if (talks !== null && talks.after !== null) return renderMet(talks.before, talks.after, talks);
  const [first, last] = [evidence?.first.talk ?? null, evidence?.last.talk ?? null];
  if (first !== null && last !== null && first.iteration < last.iteration) {
    return renderStrangers(first, last);
  }
  if (talks !== null) return renderFirstMeeting(talks);
  return '<p class="aside">No conversation is kept yet: neither with held-out people (evaluation/) nor from training (episodes/).</p>';
}

function renderMet(
  before: GroupTalks,
  after: GroupTalks,
  { isMeasurement }: Pick<HeldOutTalks, 'isMeasurement'>,
): string {
  const pairs = (group: Group): TalkPair[] => pairTalks(before[group], after[group]);
  const group = groups.find((each) => pairs(each).length > 0);
  const typical = group === undefined ? null : findTypical(pairs(group));
  if (group === undefined || typical === null) {
    return '<p class="aside">The conversations before and after training are not with the same people.</p>';
  }
  const others = groups.flatMap((each) =>
    pairs(each)
      .filter((pair) => pair !== typical)
      .slice(0, furtherPeople)
      .map((pair, index) => renderFurther(pair, `Person ${index + 1} of the ${each} family`)),
  );
  const how = describeChoice(pairs(group), { isMeasurement });
  return `<p class="aside">One person whom training never met, before and after it: the same person from the same seed. Chosen by rule: ${how}.</p>
${renderSwitch('Before training', 'After training')}
${renderPair(toSides(typical))}
${renderMarks(typical.before, typical.after)}
${renderPersona(typical.after)}
${others.length === 0 ? '' : `<details class="further"><summary>More people (${others.length})</summary>${others.join('')}</details>`}`;
}

function toSides({ before, after }: TalkPair): SidesOfTalk {
  return {
    before: { title: 'Before training', talk: describeTalk(before) },
    after: { title: 'After training', talk: describeTalk(after) },
  };
}

function renderFurther(pair: TalkPair, title: string): string {
  return `<details><summary>${escapeHtml(title)}</summary>${renderPair(toSides(pair))}</details>`;
}

function renderStrangers(first: TrainingTalk, last: TrainingTalk): string {
  const name = ({ iteration }: TrainingTalk): string => `Iteration ${iteration}`;
  const side = (talk: TrainingTalk): SidesOfTalk['before'] => ({
    title: name(talk),
    talk: describeTalk(talk.episode),
  });
  return `<p class="aside">The first conversation of the first and of the last iteration. The people differ, so this shows the manner and compares nothing; the same person before and after training is shown where evaluation/ keeps such conversations.</p>
${renderSwitch(name(first), name(last))}
${renderPair({ before: side(first), after: side(last) })}
${renderMarks(first.episode, last.episode)}`;
}

function renderFirstMeeting({ before }: HeldOutTalks): string {
  const [episode] = groups.flatMap((group) => before[group]);
  if (episode === undefined) return '<p class="aside">No conversation is kept yet.</p>';
  return `<p class="aside">A person whom training never meets, before it. The same person is met again when training is done.</p>
${renderSwitch('Before training', 'After training')}
${renderPair({
  before: { title: 'Before training', talk: describeTalk(episode) },
  after: { title: 'After training', talk: null, absence: 'Not yet: training goes on.' },
})}
${renderMarks(episode)}
${renderPersona(episode)}`;
}

/** On a narrow screen one side is shown; which one works without a script. */
function renderSwitch(before: string, after: string): string {
  const choice = (side: 'before' | 'after', title: string): string =>
    `<label><input type="radio" name="side" id="side-${side}"${side === 'after' ? ' checked' : ''}> ${escapeHtml(title)}</label>`;
  return `<fieldset class="switch"><legend class="unseen">Show the conversation</legend>${choice('before', before)}${choice('after', after)}</fieldset>`;
}

/** Explains the marks that occur. */
function renderMarks(...episodes: readonly Episode[]): string {
  const turns = episodes.flatMap((episode) => describeTalk(episode).turns);
  const used = new Set(turns.flatMap(({ kept }) => kept.map(({ mark }) => mark)));
  return renderLegend(allMarks.filter((mark) => used.has(mark)));
}

function renderPersona(episode: Episode): string {
  const { persona } = describeTalk(episode);
  const items = persona.map((text) => `<li>${escapeHtml(text)}</li>`).join('');
  return `<details><summary>All there is to learn about this person (${persona.length})</summary><ul class="persona">${items}</ul></details>`;
}
