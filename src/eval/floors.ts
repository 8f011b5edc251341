/**
 * Floors and ceilings: what a world's scripts get from the same people as a policy, and the scale they make.
 *
 * The measure is alignment over whole conversations. A script speaks through the protocol like any
 * assistant; what it is told beyond a policy is its own affair and stands in its summary.
 */
import {
  createDemonstratorAssistant,
  summarizeEpisodes,
  type Episode,
  type ScriptedAssistant,
} from '../env/index.ts';
import { measurePeople, meetPeople, type MeetingOptions, type Scale } from './world-suite.ts';

/** What one script got, as it is written to JSON: means over people of means over all turns. */
export type Floor = Scale & {
  readonly name: string;
  /** What it does, in a line. */
  readonly summary: string;
  readonly alignment: number | null;
  /** Of the 95 % interval over people; null where there are too few. */
  readonly alignment_half_width: number | null;
  readonly profile_f1_disclosed: number | null;
  readonly needs_asked_rate: number | null;
  readonly other_questions: number | null;
  /** What else the judge saw, by name: means over the turns that have it. */
  readonly figures: Readonly<Record<string, number>>;
};

/** Scripts that scales go by, where a world has them. */
const landmarks = {
  low: 'remembers_nothing',
  rightQuestion: 'right_question',
  oracle: 'oracle',
} as const;

export type MeasureScriptsOptions = Omit<MeetingOptions, 'assistant' | 'onTurn'> & {
  readonly scripts: readonly ScriptedAssistant[];
  /** Called with the scripts that are done. */
  readonly onScript?: (done: number) => void;
};

/** Measures every script on the people whom `evaluateWorld` meets with the same options; in the order given. */
export async function measureScripts(options: MeasureScriptsOptions): Promise<Floor[]> {
  const { scripts, onScript, ...meeting } = options;
  const measured: Omit<Floor, keyof Scale>[] = [];
  for (const script of scripts) {
    const assistant = createDemonstratorAssistant((random) => script.create(random));
    measured.push(describeFloor(script, await meetPeople({ ...meeting, assistant })));
    onScript?.(measured.length);
  }
  return measured.map((floor) => ({ ...floor, ...computeScale(measured, floor.alignment) }));
}

function describeFloor(
  { name, summary }: ScriptedAssistant,
  episodes: readonly Episode[],
): Omit<Floor, keyof Scale> {
  const alignment = measurePeople(episodes, 'alignment');
  const { needs_asked_rate, other_questions, figures } = summarizeEpisodes(episodes);
  return {
    name,
    summary,
    alignment: alignment.mean,
    alignment_half_width: alignment.half_width,
    profile_f1_disclosed: measurePeople(episodes, 'profile_f1_disclosed').mean,
    needs_asked_rate,
    other_questions,
    figures,
  };
}

/**
 * Computes the share of the way from remembers_nothing that an alignment over all turns has come: 0 there,
 * 1 at the goal, outside of both below and above. Null without the scripts, or where the goal is not above.
 */
export function computeScale(
  floors: readonly Pick<Floor, 'name' | 'alignment'>[],
  alignment: number | null,
): Scale {
  const find = (name: string): number | null =>
    floors.find((floor) => floor.name === name)?.alignment ?? null;
  const low = find(landmarks.low);
  const share = (high: number | null): number | null =>
    alignment === null || low === null || high === null || high <= low
      ? null
      : (alignment - low) / (high - low);
  return {
    of_the_way_to_right_question: share(find(landmarks.rightQuestion)),
    of_the_way_to_oracle: share(find(landmarks.oracle)),
  };
}
