/** A conversation as Markdown that a person can read, with the profile beside each turn. */
import { readProfileFigure, type Episode, type Turn } from '../env/index.ts';
import { isOpenItem, type Profile, type ProfileItem } from '../profile/index.ts';
import { markProfile, type MarkedProfile } from './mark-profile.ts';

/** Renders one episode: heading, hidden profile, then a section a turn. */
export function renderTranscript(episode: Episode, title: string): string {
  return [
    `# ${title}`,
    '',
    `Policy: ${episode.policy}. User: ${episode.user}. Persona: ${episode.persona.id}. Seed: ${episode.seed}.`,
    '',
    'In each profile ✓ marks what the user has disclosed and still holds, ✗ anything else.',
    '',
    `Hidden profile: ${renderItems(episode.persona.trueProfile)}`,
    ...episode.persona.changes.map(
      ({ before, after, fromTurn }) =>
        `\nFrom turn ${fromTurn + 1} on, once told: ${renderItem(before)} ${after === null ? 'is dropped' : `becomes ${renderItem(after)}`}.`,
    ),
    '',
    ...episode.turns.flatMap(renderTurn),
    ...(episode.error === null ? [] : [`The conversation broke off: ${episode.error}`, '']),
  ].join('\n');
}

function renderTurn(turn: Turn): string[] {
  const { verdict } = turn;
  const marked = markProfile(turn.profileAfter, turn.disclosedProfile);
  const isMalformed = turn.formatProblem !== null;
  const reply = isMalformed ? `(malformed: ${turn.formatProblem}) ${turn.output}` : turn.response;
  const rows: readonly (readonly [string, string])[] = [
    ['user', turn.user.message],
    ...renderChecks(turn),
    ['policy', reply],
    ['wrote', isMalformed ? 'nothing' : renderChanges(turn)],
    ['profile', renderMarked(marked.items)],
    ['missed', marked.missed.length === 0 ? 'nothing' : renderItems(marked.missed)],
    ['disclosed', renderItems(turn.disclosedProfile)],
    [
      'scores',
      `F1 ${readProfileFigure(turn, 'f1_disclosed')?.toFixed(2) ?? 'none'}, alignment ${turn.alignment?.toFixed(2) ?? 'no verdict'}${renderReasons(verdict?.reasons ?? [])}`,
    ],
  ];
  return [
    `## Turn ${turn.turnIndex + 1}`,
    '',
    '| | |',
    '|---|---|',
    ...rows.map(([name, text]) => `| ${name} | ${escapeCell(text)} |`),
    '',
  ];
}

/** Right and wrong are against what the user has disclosed so far, as the F1 beside it is. */
function renderMarked(items: MarkedProfile['items']): string {
  if (items.length === 0) return 'empty';
  return items.map(({ item, isRight }) => `${isRight ? '✓' : '✗'} ${renderItem(item)}`).join('; ');
}

/** A row only where a model phrased the message and had to be asked again. */
function renderChecks({ user }: Turn): readonly (readonly [string, string])[] {
  const { checks } = user;
  if (checks === undefined || checks.findings.length === 0) return [];
  const found = checks.findings.map(({ attempt, check }) => `${attempt}: ${check}`).join(', ');
  return [['checks', `${found}${checks.isFallback ? '; phrased by the rules' : ''}`]];
}

function renderChanges(turn: Turn): string {
  const changes = turn.changes.map(
    ({ kind, item }) => `${kind === 'set' ? '+' : '-'} ${renderItem(item)}`,
  );
  return changes.length === 0 ? 'nothing' : changes.join('; ');
}

function renderReasons(reasons: readonly string[]): string {
  return reasons.length === 0 ? '' : ` (${reasons.join('; ')})`;
}

/** Renders items as `slot: value`, or the value alone where the slot says nothing. */
export function renderItems(profile: Profile): string {
  return profile.length === 0 ? 'empty' : profile.map(renderItem).join('; ');
}

/** Renders an item as `slot: value`, or the value alone where the slot says nothing. */
export function renderItem(item: ProfileItem): string {
  return isOpenItem(item) ? item.value : `${item.slot}: ${item.value}`;
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
}
