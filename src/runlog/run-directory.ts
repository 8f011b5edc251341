/**
 * One directory per run, and the order in which it is written.
 *
 *   config.json            format version and the settings the run was started with
 *   environment.json       machine and versions, as the caller describes them
 *   metrics.jsonl          one object per iteration, nothing that depends on the clock
 *   timings.jsonl          one object per iteration, everything that does; where conversations
 *                          are collected beforehand, one for collecting and one for learning
 *   events.out.tfevents.rlpa  the metrics again, for TensorBoard
 *   episodes/              iteration-00001.jsonl: the conversations the iteration learnt from
 *   checkpoints/           iteration-00010/, and `latest` naming the newest
 *   model/                 the trained model, once the run is done
 *   .rlpa/                 lock, holder, and the manifest of what is ours
 *
 * An iteration's episodes are written first, then its timings, its metrics, and last its
 * checkpoint. A resumed run therefore always finds logs at least as long as its checkpoint and cuts
 * them back to it, so the result is that of an unbroken run.
 */
import * as fs from 'node:fs';
import type { z } from 'zod';
import { CheckpointError, DataError, writeFileAtomic } from '../base/index.ts';
import type { Episode } from '../env/index.ts';
import {
  loadLatestCheckpoint,
  saveCheckpoint,
  settleCheckpoints,
  type Checkpoint,
  type SaveCheckpointInput,
} from './checkpoints.ts';
import { appendEvent, writeEventFile } from './event-file.ts';
import { findMarkProblem, markText } from './file-marks.ts';
import { appendJsonLine } from './json-lines.ts';
import { cutLog, listMissingLogs } from './logs.ts';
import type { OwnedFolder } from './owned-folder.ts';
import type { IterationRecord } from './records.ts';
import {
  episodesName,
  nameEpisodes,
  readEpisodesFile,
  readEpisodesName,
  SavedRun,
} from './saved-run.ts';
import { findSealedProblem, writeSealed } from './sealed-folder.ts';

const eventFileName = 'events.out.tfevents.rlpa';

/** What every run writes; large folders are named so that writes that were cut off are cleared there. */
export const runNames: readonly string[] = [
  'config.json',
  'environment.json',
  'metrics.jsonl',
  'timings.jsonl',
  eventFileName,
  'checkpoints/latest',
  'model',
  'base',
  'evaluation',
];

/** The directory of a run that this process alone writes to. Writing throws `DataError`. */
export class RunDirectory extends SavedRun {
  readonly #folder: OwnedFolder;

  constructor(folder: OwnedFolder) {
    super(folder.directory);
    this.#folder = folder;
  }

  appendMetrics(record: IterationRecord): void {
    this.#folder.assertHeld();
    appendJsonLine(this.file('metrics.jsonl'), record);
  }

  /** Appends to the TensorBoard file; one that is missing is made from all metrics so far. */
  appendEvent(record: IterationRecord, wallSeconds: number): void {
    this.#folder.assertHeld();
    const file = this.file(eventFileName);
    if (fs.existsSync(file)) appendEvent(file, record, wallSeconds);
    else writeEventFile(file, this.readMetrics(), wallSeconds);
  }

  appendTimings(record: IterationRecord): void {
    this.#folder.assertHeld();
    appendJsonLine(this.file('timings.jsonl'), record);
  }

  /** Writes the conversations of one iteration, one JSON object a line. */
  writeEpisodes(iteration: number, episodes: readonly Episode[]): void {
    const name = nameEpisodes(iteration);
    const text = episodes.map((episode) => `${JSON.stringify(episode)}\n`).join('');
    this.#folder.claim(`${episodesName}/${name}`, markText(text));
    writeFileAtomic(this.file(episodesName, name), text);
  }

  /** Reads the conversations of one iteration, which must be what was written. */
  override readEpisodes(iteration: number): Episode[] {
    const name = nameEpisodes(iteration);
    const file = this.file(episodesName, name);
    const mark = this.#folder.markOf(`${episodesName}/${name}`);
    const problem = mark === null ? null : findMarkProblem(file, mark);
    if (problem === null) return readEpisodesFile(file);
    throw new DataError('episodes_damaged', `The conversations in ${file}: the file ${problem}.`, {
      details: { file },
      hint: 'Put back a copy. Before the first checkpoint you may delete the file: --resume then collects them anew.',
    });
  }

  hasEpisodes(iteration: number): boolean {
    return fs.existsSync(this.file(episodesName, nameEpisodes(iteration)));
  }

  /** Keeps data that broke the run; returns the file. */
  writeDiagnostic(name: string, content: unknown): string {
    this.#folder.assertHeld();
    const file = this.file('diagnostics', `${name}.json`);
    writeFileAtomic(file, `${JSON.stringify(content)}\n`);
    return file;
  }

  /** Saves a checkpoint; throws as `saveCheckpoint`. */
  async saveCheckpoint(input: SaveCheckpointInput): Promise<string> {
    return saveCheckpoint(this.#folder, input);
  }

  /** Writes a folder of the run, in place of what it was, so that it is whole or not there. */
  async writeFolder(name: string, write: (folder: string) => Promise<void>): Promise<string> {
    return writeSealed(this.#folder, name, write);
  }

  /** Full path of a folder that was written so. Throws `CheckpointError` where it is damaged. */
  checkFolder(name: string): string {
    const folder = this.file(name);
    const problem = findSealedProblem(folder);
    if (problem === null) return folder;
    throw new CheckpointError('folder_damaged', `The folder ${folder} is damaged: ${problem}.`, {
      details: { folder, problem },
      hint: 'Put back a copy of it.',
    });
  }

  /** Finds the checkpoint to continue from, verified; null when the run has none yet. */
  loadLatestCheckpoint<State>(stateSchema: z.ZodType<State>): Checkpoint<State> | null {
    return loadLatestCheckpoint(this.directory, stateSchema);
  }

  /** Names the logs that had lines at the checkpoint and were taken away since. */
  listMissingLogs({ logs }: Pick<Checkpoint<unknown>, 'logs'>): string[] {
    return listMissingLogs(this.directory, logs);
  }

  /**
   * Removes everything this run wrote after the checkpoint, or since its beginning where that is
   * null, and the checkpoints beyond those to keep; kept episodes keep their time of collecting.
   */
  cutBackTo(
    checkpoint: Pick<Checkpoint<unknown>, 'iteration' | 'logs'> | null,
    options: { readonly keepEpisodes?: boolean; readonly keepCheckpoints?: number } = {},
  ): void {
    const { keepEpisodes = false, keepCheckpoints = Infinity } = options;
    const iteration = checkpoint?.iteration ?? 0;
    const logs = checkpoint?.logs ?? null;
    cutLog(this.directory, 'metrics.jsonl', logs);
    if (keepEpisodes && logs === null) this.#keepCollectingTimes();
    else cutLog(this.directory, 'timings.jsonl', logs);
    this.#folder.remove(eventFileName);
    if (!keepEpisodes) this.#removeLaterEpisodes(iteration);
    settleCheckpoints(this.#folder, iteration, keepCheckpoints);
    this.#folder.removeTemporaries();
  }

  #keepCollectingTimes(): void {
    const kept = this.readTimings().filter((record) => !('seconds/update' in record));
    const text = kept.map((record) => `${JSON.stringify(record)}\n`).join('');
    writeFileAtomic(this.file('timings.jsonl'), text);
  }

  #removeLaterEpisodes(iteration: number): void {
    for (const name of this.#folder.claimedNames()) {
      const [folder, file = ''] = name.split('/');
      const isLater = folder === episodesName && (readEpisodesName(file) ?? 0) > iteration;
      if (isLater) this.#folder.remove(name);
    }
  }

  /** Lets others write to the directory; this opening no longer can. */
  close(): void {
    this.#folder.close();
  }
}
