/** What the hub says of a model: its commit, its licence, its files with sizes and hashes. */
import { z } from 'zod';
import { DataError, describeIssues, ProviderError } from '../base/index.ts';
import { commitPattern } from './cache.ts';
import { renderHubName, type HubName } from './model-name.ts';
import { ask, tryAgain, type Connection } from './requests.ts';

/** A file of a repository. */
export type HubFile = {
  readonly name: string;
  readonly sizeBytes: number;
  /** SHA-256 of its content, or for small files the hash git gives it. */
  readonly hash: { readonly kind: 'sha256' | 'git'; readonly hex: string };
};

export type HubRepository = {
  readonly commit: string;
  /** As its card says; null where it does not. */
  readonly license: string | null;
  readonly files: readonly HubFile[];
};

const size = z
  .int()
  .min(0)
  .max(2 ** 50);

const infoSchema = z.looseObject({
  sha: z.string().regex(commitPattern),
  cardData: z.looseObject({ license: z.unknown().optional() }).nullish(),
  siblings: z
    .array(
      z.looseObject({
        rfilename: z.string().max(1000),
        size: size.nullish(),
        blobId: z.string().regex(commitPattern).nullish(),
        lfs: z.looseObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/u), size }).nullish(),
      }),
    )
    .max(100_000),
});

/** Largest description of a repository, in bytes. */
const largestInfo = 32 * 2 ** 20;

/** Asks for a model at a revision. Throws `DataError` where there is none, `ProviderError`. */
export async function describeRepository(
  connection: Connection,
  name: HubName,
): Promise<HubRepository> {
  const { repository, revision } = name;
  const path = `/api/models/${repository}/revision/${encodeURIComponent(revision)}?blobs=true`;
  const text = await tryAgain(connection, name, () =>
    ask(connection, name, { path, headers: { accept: 'application/json' } }, ({ pieces }) =>
      readText(pieces, name),
    ),
  );
  return readInfo(text, name);
}

async function readText(pieces: AsyncIterable<Uint8Array>, name: HubName): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > largestInfo) throw unreadable(name, `more than ${largestInfo} bytes`);
    parts.push(piece);
  }
  return Buffer.concat(parts).toString('utf8');
}

function readInfo(text: string, name: HubName): HubRepository {
  const json = parseJson(text);
  const parsed = infoSchema.safeParse(json);
  if (!parsed.success) {
    const [problem] = describeIssues(parsed.error.issues, json, 'reply');
    throw unreadable(name, problem ?? 'something else');
  }
  const { sha, cardData, siblings } = parsed.data;
  const license = cardData?.license;
  return {
    commit: sha,
    license: typeof license === 'string' ? license.slice(0, 100) : null,
    files: siblings.flatMap(({ rfilename, size: sizeBytes, blobId, lfs }): HubFile[] => {
      if (lfs) {
        return [
          { name: rfilename, sizeBytes: lfs.size, hash: { kind: 'sha256', hex: lfs.sha256 } },
        ];
      }
      if (!blobId || sizeBytes === null || sizeBytes === undefined) return [];
      return [{ name: rfilename, sizeBytes, hash: { kind: 'git', hex: blobId } }];
    }),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function unreadable(name: HubName, found: string): ProviderError {
  return new ProviderError(
    'hub_malformed',
    `${renderHubName(name)}: expected a description of the model, found ${found}.`,
    { isFatal: true, hint: 'Check HF_ENDPOINT: it must speak the routes of the Hugging Face hub.' },
  );
}

/** What goes with weights, and what allows to use them. */
const companions =
  /^(?:config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens|vocab)\.json$|^merges\.txt$|^chat_template\.jinja$|^LICENSE(?:\.\w+)?$/u;

const weights = /^model(?:-\d+-of-\d+)?\.safetensors$|^model\.safetensors\.index\.json$/u;

/**
 * Chooses the files a policy is opened from, weights last. Throws `DataError` that lists the GGUF files
 * where one has to be named, and where there is nothing to open.
 */
export function chooseFiles(name: HubName, { files }: HubRepository): readonly HubFile[] {
  const licenses = files.filter(
    (file) => /^LICENSE/u.test(file.name) && companions.test(file.name),
  );
  const ggufFiles = files.filter((file) => /^[^/\\]+\.gguf$/u.test(file.name));
  if (name.file !== undefined) {
    const wanted = ggufFiles.find((file) => file.name === name.file);
    if (wanted !== undefined) return [...licenses, wanted];
    throw nothingToOpen(name, `has no file ${name.file}`, ggufFiles);
  }
  const found = files.filter((file) => weights.test(file.name));
  // A folder with both has the whole in one file and in parts; one of them is enough.
  const whole = found.filter((file) => file.name === 'model.safetensors');
  const chosen = whole.length > 0 ? whole : found;
  if (chosen.length > 0) return [...files.filter((file) => companions.test(file.name)), ...chosen];
  const [single, ...others] = ggufFiles;
  if (single !== undefined && others.length === 0) return [...licenses, single];
  throw nothingToOpen(name, 'has no model.safetensors', ggufFiles);
}

/** Most files that an error lists. */
const mostListed = 20;

function nothingToOpen(name: HubName, problem: string, ggufFiles: readonly HubFile[]): DataError {
  const names = ggufFiles
    .slice(0, mostListed)
    .map((file) => renderHubName({ ...name, file: file.name }));
  return new DataError('hub_no_weights', `${renderHubName(name)} ${problem}.`, {
    hint:
      names.length === 0
        ? 'Weights are read from safetensors and from GGUF files.'
        : `Name one of its GGUF files: ${names.join(', ')}`,
  });
}
