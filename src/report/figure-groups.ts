/** Which metrics share a chart, and what a reader should look for in it. */

export type FigureGroup = {
  readonly section: string;
  readonly title: string;
  readonly caption: string;
  /** Metric to the name it is shown under; those a run does not have are left out. */
  readonly metrics: Readonly<Record<string, string>>;
  /** Values lie in [0, 1]. */
  readonly isShare?: boolean;
  /** Read from timings.jsonl. */
  readonly isTiming?: boolean;
};

/** Metrics whose 95 % interval over conversations is recorded, and the metric that holds its half width. */
export const halfWidthKeys: Readonly<Record<string, string>> = {
  'alignment/late_mean': 'alignment/late_half_width',
  'profile/f1_disclosed_late': 'profile/f1_disclosed_late_half_width',
};

const learnt: readonly Omit<FigureGroup, 'section'>[] = [
  {
    title: 'Alignment',
    caption: 'How well replies suit the person. Should rise.',
    metrics: { 'alignment/late_mean': 'turns 3 on', 'alignment/mean': 'all turns' },
    isShare: true,
  },
  {
    title: 'Profile F1',
    caption: 'Kept profile against what was told so far, and against everything. Should rise.',
    metrics: {
      'profile/f1_disclosed_late': 'told so far, turns 3 on',
      'profile/f1_disclosed': 'told so far, all turns',
      'profile/f1_full': 'everything, all turns',
      'profile/f1_full_final': 'everything, last turn',
    },
    isShare: true,
  },
  {
    title: 'Format rate',
    caption: 'Share of outputs that could be read. Below 0.97 it costs reward.',
    metrics: { 'format/rate': 'well formed' },
    isShare: true,
  },
  {
    title: 'Rewards',
    caption: 'Means a turn, before weights: what training pushes up.',
    metrics: { 'reward/profile_mean': 'profile', 'reward/response_mean': 'response' },
  },
  {
    title: 'Return of a conversation',
    caption: 'Sum of weighted rewards.',
    metrics: { 'reward/episode_return': 'return' },
  },
  {
    title: 'Precision and recall of the profile',
    caption: 'Low precision: it writes what is not so. Low recall: it forgets to write.',
    metrics: {
      'profile/precision_disclosed': 'precision',
      'profile/recall_disclosed': 'recall',
    },
    isShare: true,
  },
];

const why: readonly Omit<FigureGroup, 'section'>[] = [
  {
    title: 'Criteria: sense and fit',
    caption: 'Alignment is the product of all five criteria: the lowest line holds it back.',
    metrics: {
      'criteria/relevance': 'relevance',
      'criteria/logic': 'logic',
      'criteria/naturalness': 'naturalness',
    },
    isShare: true,
  },
  {
    title: 'Criteria: interest and length',
    caption: 'The other two of the five.',
    metrics: {
      'criteria/engagement': 'engagement',
      'criteria/informativeness': 'informativeness',
    },
    isShare: true,
  },
  {
    title: 'Writes into the profile',
    caption: 'Items a turn. Right ones should rise, all others fall.',
    metrics: {
      'reward_part/writes_right': 'right',
      'reward_part/writes_wrong': 'wrong',
      'reward_part/writes_redundant': 'known already',
      'reward_part/writes_lost': 'right ones lost',
    },
  },
  {
    title: 'Profile rewards side by side',
    caption: 'All are computed; which one is paid stands in the settings.',
    metrics: {
      'reward_part/per_write': 'per write',
      'reward_part/f1_disclosed': 'F1, told so far',
      'reward_part/f1_full': 'F1, everything',
      'reward_part/f1_gain': 'gain in F1',
      'reward_part/authors': "authors' formula",
    },
  },
  {
    title: 'Penalties',
    caption: 'Shares a turn; 0 is good. Which ones cost reward stands in the settings.',
    metrics: {
      'reward_part/malformed': 'malformed',
      'reward_part/wrong_items': 'wrong items kept',
      'reward_part/stale_items': 'stale items kept',
      'reward_part/false_recalls': 'relied on what is not noted',
      'reward_part/over_personalisation': 'unasked personal remarks',
      'reward_part/length': 'too long',
    },
  },
  {
    title: 'Habits to lose',
    caption: 'Share of the occasions. Should fall.',
    metrics: {
      'profile/distractor_stored_rate': "others' tastes stored",
      'reply/repeated_question_rate': 'questions repeated',
    },
    isShare: true,
  },
  {
    title: 'Announced needs asked about',
    caption: 'Share of needs not known yet, asked about before they are due. Should rise.',
    metrics: { 'needs/asked_rate': 'asked about' },
    isShare: true,
  },
  {
    title: 'Other questions',
    caption: 'Questions a conversation about what was not announced. Should fall.',
    metrics: { 'needs/other_questions': 'other questions' },
  },
  {
    title: 'Changes of mind followed',
    caption: 'Share of told changes that stand in the profile when the turn ends. Should rise.',
    metrics: { 'profile/change_followed_rate': 'followed' },
    isShare: true,
  },
];

const updates: readonly Omit<FigureGroup, 'section'>[] = [
  {
    title: 'KL to the start',
    caption:
      'Nats per token away from the model it began as. A steep rise warns of reward hacking.',
    metrics: { 'train/kl_to_reference': 'KL to reference' },
  },
  {
    title: 'Drift within an iteration',
    caption: 'Nats per token from the policy that talked to the one that learnt.',
    metrics: { 'train/approx_kl': 'mean of the updates', 'train/approx_kl_last': 'last update' },
  },
  {
    title: 'Entropy',
    caption: 'Nats per token. Near 0 the policy no longer tries anything.',
    metrics: { 'train/entropy_sampled': 'entropy' },
  },
  {
    title: 'Critic: explained variance',
    caption: '1 is perfect, below 0 is worse than a constant.',
    metrics: { 'train/explained_variance': 'explained variance' },
  },
  {
    title: 'Losses',
    caption: 'The value loss should settle; the policy loss says little by itself.',
    metrics: { 'train/value_loss': 'value', 'train/policy_loss': 'policy' },
  },
  {
    title: 'Clipping',
    caption: 'Share of tokens whose update was cut off.',
    metrics: { 'train/clip_fraction': 'clipped' },
  },
  {
    title: 'Gradient norm',
    caption: 'Before clipping.',
    metrics: { 'train/grad_norm': 'mean', 'train/grad_norm_max': 'largest' },
  },
  {
    title: 'Updates stopped for drift',
    caption: '1 where an iteration broke off its updates early.',
    metrics: { 'train/stopped_early': 'stopped early' },
  },
];

const cost: readonly Omit<FigureGroup, 'section'>[] = [
  {
    title: 'Length of an output',
    caption: 'Sampled tokens a turn with the profile block, and words of the visible reply.',
    metrics: { 'tokens/per_turn': 'tokens', 'reply/words': 'words' },
  },
  {
    title: 'What could not be scored',
    caption: 'Counted, left out of the means, never scored 0. Should stay at 0.',
    metrics: {
      'judge/missing': 'replies without verdict',
      'matching/missing': 'profiles that could not be matched',
      'rewards/masked': 'masked rewards',
      'episodes/failed': 'conversations broken off',
    },
  },
  {
    title: 'Time of an iteration',
    caption: 'Seconds.',
    metrics: { 'seconds/collect': 'collecting', 'seconds/update': 'updating' },
    isTiming: true,
  },
];

const inSection = (
  section: string,
  groups: readonly Omit<FigureGroup, 'section'>[],
): FigureGroup[] => groups.map((group) => ({ section, ...group }));

/** All groups, in the order of the page. */
export const figureGroups: readonly FigureGroup[] = [
  ...inSection('Learning curves', learnt),
  ...inSection('Where rewards come from', why),
  ...inSection('How the updates went', updates),
  ...inSection('Lengths, faults and time', cost),
];
