/**
 * One file of a repository, into the cache.
 *
 * What comes in is written beside its final name (`HASH.incomplete`), checked against size and hash,
 * and only then renamed. What was broken off goes on where it ended. A file whose hash is wrong is
 * thrown away. Nothing stands under a final name that was not checked.
 */
import { createHash, type Hash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  CheckpointError,
  DataError,
  describeWriteFailure,
  makeFolder,
  throwIfAborted,
} from '../base/index.ts';
import { repositoryFolder, snapshotFolder } from './cache.ts';
import { renderHubName, type HubName } from './model-name.ts';
import type { HubFile } from './repository.ts';
import { ask, PassingFailure, tryAgain, type Connection, type HubReply } from './requests.ts';

export type Download = {
  readonly connection: Connection;
  readonly cache: string;
  readonly name: HubName;
  readonly commit: string;
  /** Called with every piece; bytes of this file that are there. */
  readonly onBytes: (bytes: number) => void;
};

/** Where the content of a file lies. */
function blobPath({ cache, name }: Pick<Download, 'cache' | 'name'>, { hash }: HubFile): string {
  return path.join(repositoryFolder(cache, name.repository), 'blobs', hash.hex);
}

const { O_WRONLY, O_CREAT, O_APPEND } = fs.constants;
const appending = O_WRONLY | O_CREAT | O_APPEND;

/** Bytes of a file that are still to come. */
export function countMissing(of: Pick<Download, 'cache' | 'name'>, file: HubFile): number {
  const blob = blobPath(of, file);
  if (sizeOf(blob) === file.sizeBytes) return 0;
  return Math.max(0, file.sizeBytes - sizeOf(`${blob}.incomplete`));
}

/** Downloads a file, or what is missing of it, and links it into the snapshot. */
export async function downloadFile(download: Download, file: HubFile): Promise<void> {
  const blob = blobPath(download, file);
  if (sizeOf(blob) !== file.sizeBytes) {
    makeFolder(path.dirname(blob));
    const partial = `${blob}.incomplete`;
    await fetchAll(download, file, partial);
    await checkHash(download, file, partial);
    guardWrite(blob, () => fs.renameSync(partial, blob));
  }
  download.onBytes(file.sizeBytes);
  const link = path.join(
    snapshotFolder(download.cache, download.name.repository, download.commit),
    file.name,
  );
  makeFolder(path.dirname(link));
  guardWrite(link, () => placeLink(blob, link));
}

function sizeOf(file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** Tries as long as something comes in, and a few times where nothing does. */
async function fetchAll(download: Download, file: HubFile, partial: string): Promise<void> {
  if (sizeOf(partial) > file.sizeBytes) guardWrite(partial, () => fs.rmSync(partial));
  const { connection, name } = download;
  for (let round = 0; round < mostRounds && sizeOf(partial) < file.sizeBytes; round += 1) {
    const before = sizeOf(partial);
    await tryAgain(connection, name, async () => {
      try {
        await fetchRest(download, file, partial);
      } catch (error) {
        const mayPass = error instanceof PassingFailure && !error.isSilence;
        const isBetter = mayPass && sizeOf(partial) > before;
        if (!isBetter || round === mostRounds - 1) throw error;
      }
    });
  }
  // An empty file needs no request.
  if (file.sizeBytes === 0) guardWrite(partial, () => fs.writeFileSync(partial, ''));
}

/** Connections that are opened for one file, as long as each brings some of it. */
const mostRounds = 200;

async function fetchRest(download: Download, file: HubFile, partial: string): Promise<void> {
  const { connection, name, commit } = download;
  const from = sizeOf(partial);
  const place = file.name.split('/').map(encodeURIComponent).join('/');
  await ask(
    connection,
    name,
    {
      path: `/${name.repository}/resolve/${commit}/${place}`,
      headers: from === 0 ? {} : { range: `bytes=${from}-` },
    },
    (reply) => write(download, file, partial, from, reply),
  );
}

async function write(
  { onBytes, name }: Download,
  file: HubFile,
  partial: string,
  from: number,
  { status, headers, pieces }: HubReply,
): Promise<void> {
  const isRest = status === 206 && headers.get('content-range')?.startsWith(`bytes ${from}-`);
  if (from > 0 && !isRest) {
    // The whole again, or a part that was not asked for: begin anew.
    guardWrite(partial, () => fs.truncateSync(partial, 0));
    if (status !== 200) throw new PassingFailure('it sent another part than was asked for');
  }
  let length = isRest ? from : 0;
  const handle = guardWrite(partial, () => fs.openSync(partial, appending));
  try {
    for await (const piece of pieces) {
      length += piece.length;
      if (length > file.sizeBytes) {
        guardWrite(partial, () => fs.ftruncateSync(handle, 0));
        throw wrongContent(name, file, `of ${file.sizeBytes} bytes, found more`);
      }
      guardWrite(partial, () => fs.writeFileSync(handle, piece));
      onBytes(length);
    }
    guardWrite(partial, () => fs.fsyncSync(handle));
  } finally {
    fs.closeSync(handle);
  }
  if (length < file.sizeBytes) {
    throw new PassingFailure(`it sent ${length} of ${file.sizeBytes} bytes of ${file.name}`);
  }
}

async function checkHash(
  { name, connection: { signal } }: Download,
  file: HubFile,
  partial: string,
): Promise<void> {
  const found = await computeHash(file, partial, signal);
  if (found === file.hash.hex) return;
  guardWrite(partial, () => fs.rmSync(partial, { force: true }));
  throw wrongContent(name, file, `with hash ${file.hash.hex}, found ${found}`);
}

async function computeHash(file: HubFile, partial: string, signal: AbortSignal): Promise<string> {
  const hash = startHash(file);
  try {
    for await (const piece of fs.createReadStream(partial, { signal })) {
      hash.update(piece as Buffer);
    }
  } catch (cause) {
    throwIfAborted(signal);
    throw describeDownloadFailure(partial, cause);
  }
  return hash.digest('hex');
}

/** Git puts the kind and the length in front of what it hashes. */
function startHash({ hash, sizeBytes }: HubFile): Hash {
  if (hash.kind === 'sha256') return createHash('sha256');
  return createHash('sha1').update(`blob ${sizeBytes}\0`);
}

function wrongContent(name: HubName, file: HubFile, problem: string): CheckpointError {
  return new CheckpointError(
    'hub_content_wrong',
    `${renderHubName(name)}: expected ${file.name} ${problem}.`,
    {
      details: { file: file.name },
      hint: 'It was thrown away. Run the same command again; if it happens again, the hub or the way to it changes the file.',
    },
  );
}

/** A link beside its place, then renamed, so that it is there or not; a copy where links are not allowed. */
function placeLink(blob: string, link: string): void {
  const temporary = `${link}.tmp-${process.pid}`;
  fs.rmSync(temporary, { force: true });
  try {
    fs.symlinkSync(path.relative(path.dirname(link), blob), temporary);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EPERM') throw cause;
    fs.copyFileSync(blob, temporary);
  }
  fs.renameSync(temporary, link);
}

function guardWrite<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    throw describeDownloadFailure(file, cause);
  }
}

/** As elsewhere, but a download goes on by itself. */
function describeDownloadFailure(file: string, cause: unknown): DataError {
  const { code, message, details } = describeWriteFailure(file, cause);
  return new DataError(code, message, {
    details,
    hint: 'Free some space, or name another folder in HF_HOME, and run the same command: it goes on where it was.',
    cause,
  });
}
