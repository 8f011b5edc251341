/** The bill of a training run before it begins: calls, tokens and money, from the settings alone. */
import { computeMoney } from '../../chat/index.ts';
import {
  countAuthorsCalls,
  countCalls,
  estimateConversationTokens,
  type RunShape,
} from './call-estimate.ts';
import type { ResolvedSettings } from '../settings/resolve.ts';
import { countMeasuredConversations } from './measure-run.ts';
import {
  clientTable,
  listModelNeeds,
  modelRoles,
  type ModelRole,
} from '../settings/model-needs.ts';

export type RoleEstimate = {
  readonly calls: number;
  /** With every message asked for again and every request tried again as often as allowed. */
  readonly calls_at_most: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly money: number;
};

export type PhaseEstimate = { readonly conversations: number } & Readonly<
  Record<ModelRole, RoleEstimate>
>;

export type RunEstimate = {
  readonly training: PhaseEstimate;
  /** Held-out people before and after; nothing where they are not measured. */
  readonly measuring: PhaseEstimate;
  readonly total: RoleEstimate;
  /** The same people, turns and samples in the authors' released loop. */
  readonly released_code: {
    readonly prompts: number;
    readonly samples: number;
    readonly user_calls: number;
    readonly judge_calls: number;
    readonly rollout_steps: number;
    readonly updates: number;
  };
};

/** What of the settings an estimate is made from. */
export type EstimatedSettings = Pick<ResolvedSettings, 'definition' | 'settings'>;

/** Estimates a run. Makes no call and reads no file. */
export function estimateRun(resolved: EstimatedSettings): RunEstimate {
  const { settings } = resolved;
  const { iterations, episodesPerIteration, turns, evaluation } = settings;
  const { candidates, groupSize } = settings;
  const conversations = iterations * episodesPerIteration;
  const training = estimatePhase(resolved, { conversations, turns, candidates });
  const { beforeAndAfter, users } = evaluation;
  const measured = beforeAndAfter ? countMeasuredConversations(users) : 0;
  const measuring = estimatePhase(resolved, {
    conversations: measured,
    turns: evaluation.turns,
    candidates: 1,
  });
  const samples = Math.max(candidates, groupSize);
  const released = countAuthorsCalls(conversations / groupSize, turns, samples);
  return {
    training,
    measuring,
    total: [training, measuring]
      .flatMap((phase) => modelRoles.map((role) => phase[role]))
      .reduce(addEstimates),
    released_code: {
      prompts: released.prompts,
      samples: released.samples,
      user_calls: released.userCalls,
      judge_calls: released.judgeCalls,
      rollout_steps: Math.round(released.rolloutSteps),
      updates: Math.round(released.updates),
    },
  };
}

function estimatePhase(
  { definition, settings }: EstimatedSettings,
  shape: Pick<RunShape, 'conversations' | 'turns' | 'candidates'>,
): PhaseEstimate {
  const { world, models } = settings;
  const { conversations, turns, candidates } = shape;
  const judgeCallsPerOutput = world.judge.kind === 'program' ? 0 : world.judge.selfInferred ? 2 : 1;
  const counts = countCalls({ ...shape, judgeCallsPerOutput });
  const tokens = estimateConversationTokens(turns, {
    user: models.user.maxTokens,
    judge: models.judge.maxTokens,
  });
  const tries = 1 + models.limits.retries;
  const needs = listModelNeeds(definition, settings);
  const findNeed = (wanted: ModelRole): (typeof needs)[number] | undefined =>
    needs.find(({ client }) => clientTable[client].role === wanted);
  const byEmbeddings = findNeed('matcher')?.client === 'embeddings';
  const estimate = (role: ModelRole, calls: number, most: number, weight: number): RoleEstimate => {
    const kind = role === 'matcher' && byEmbeddings ? 'embeddings' : role;
    const usage = {
      promptTokens: Math.round(tokens[kind].promptTokens * conversations * weight),
      completionTokens: Math.round(tokens[kind].completionTokens * conversations * weight),
    };
    return {
      calls,
      calls_at_most: most,
      prompt_tokens: usage.promptTokens,
      completion_tokens: usage.completionTokens,
      money: computeMoney(usage, models[kind === 'matcher' ? 'judge' : kind].prices),
    };
  };
  const matchCalls = findNeed('matcher') === undefined ? 0 : counts.samples;
  const asked = findNeed('user');
  const userCalls = asked === undefined ? 0 : counts.userCalls;
  return {
    conversations,
    user: estimate(
      'user',
      userCalls,
      userCalls * (1 + (asked?.retries ?? 0)) * tries,
      userCalls === 0 ? 0 : 1,
    ),
    judge: estimate(
      'judge',
      counts.judgeCalls,
      counts.judgeCalls * tries,
      judgeCallsPerOutput * candidates,
    ),
    matcher: estimate('matcher', matchCalls, matchCalls * tries, matchCalls === 0 ? 0 : candidates),
  };
}

function addEstimates(first: RoleEstimate, second: RoleEstimate): RoleEstimate {
  return {
    calls: first.calls + second.calls,
    calls_at_most: first.calls_at_most + second.calls_at_most,
    prompt_tokens: first.prompt_tokens + second.prompt_tokens,
    completion_tokens: first.completion_tokens + second.completion_tokens,
    money: first.money + second.money,
  };
}

const headings = ['', 'calls', 'at most', 'prompt tokens', 'completion tokens', 'money'];

/** Renders the estimate as a table. */
export function renderEstimate(estimate: RunEstimate): string {
  const { training, measuring, total, released_code: released } = estimate;
  const rows = [
    headings,
    ...modelRoles.map((role) => renderRow(`training, ${role}`, training[role])),
    ...modelRoles.map((role) => renderRow(`measuring, ${role}`, measuring[role])),
    renderRow('together', total),
  ];
  const widths = headings.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const table = rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
  const comparison = [
    `The released code of the paper would take ${group(released.user_calls)} user and ${group(released.judge_calls)} judge calls for the same people,`,
    `turns and samples (${group(released.prompts)} prompts, ${group(released.samples)} samples, ${group(released.rollout_steps)} rollout steps, ${group(released.updates)} updates): the best`,
    'sample of a turn goes on there, and a second call counts the matches of each profile.',
  ];
  return [
    `Estimate of ${group(training.conversations)} conversations in training and ${group(measuring.conversations)} in measuring; nothing was called.`,
    '',
    ...table,
    '',
    'Calls are exact when every output is well formed and every request succeeds, those of the matcher when',
    'each output adds one item; tokens are expected ones.',
    ...(total.calls === 0 ? [] : comparison),
  ].join('\n');
}

function renderRow(name: string, role: RoleEstimate): string[] {
  return [
    name,
    group(role.calls),
    group(role.calls_at_most),
    group(role.prompt_tokens),
    group(role.completion_tokens),
    role.money.toFixed(2),
  ];
}

/** Groups the digits of a whole number by thousands. */
function group(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/gu, ',');
}
