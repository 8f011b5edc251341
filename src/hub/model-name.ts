/**
 * Names of models on a hub: `hf:OWNER/NAME`, with `@REVISION` and with `:FILE.gguf` where wanted.
 *
 * A revision is a branch, a tag or a commit. A colon cannot be part of one, so what follows it is the
 * file.
 */
import { ConfigError } from '../base/index.ts';

export type HubName = {
  /** `OWNER/NAME`. */
  readonly repository: string;
  /** Branch, tag or commit; `main` where nothing is said. */
  readonly revision: string;
  /** A GGUF file of the repository; absent where the folder as a whole is meant. */
  readonly file?: string;
};

const prefix = 'hf:';

const part = String.raw`[A-Za-z0-9][\w.-]{0,95}`;
const namePattern = new RegExp(
  String.raw`^(?<repository>${part}/${part})(?:@(?<revision>[\w][\w./-]{0,199}))?(?::(?<file>[\w][\w.+-]{0,199}\.gguf))?$`,
  'u',
);

/** Whether a text names a model on a hub. */
export function isHubName(text: string): boolean {
  return text.startsWith(prefix);
}

/** Reads a name. Throws `ConfigError` where it is not of that form. */
export function parseHubName(text: string): HubName {
  const found = namePattern.exec(text.slice(prefix.length))?.groups;
  const { repository, revision = 'main', file } = found ?? {};
  const isClean = ![repository, revision, file].some((each) => each?.includes('..'));
  if (isHubName(text) && repository !== undefined && isClean) {
    return { repository, revision, ...(file === undefined ? {} : { file }) };
  }
  throw new ConfigError(
    'hub_name_malformed',
    `Expected a model on a hub as hf:OWNER/NAME[@REVISION][:FILE.gguf], found ${JSON.stringify(text.slice(0, 200))}.`,
    { hint: 'For example hf:HuggingFaceTB/SmolLM2-135M-Instruct' },
  );
}

/** Writes a name; `main` is left out. */
export function renderHubName({ repository, revision, file }: HubName): string {
  const at = revision === 'main' ? '' : `@${revision}`;
  return `${prefix}${repository}${at}${file === undefined ? '' : `:${file}`}`;
}
