/**
 * Where the hub and its cache are, read from the variables that other tools of the hub read as well.
 *
 * `HF_ENDPOINT`, `HF_HUB_OFFLINE`, `HF_HOME`, `HF_HUB_CACHE`, `HF_TOKEN`, `HF_TOKEN_PATH`. The token is
 * sent to the endpoint alone and stands in no message.
 * Source: https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { ConfigError, readTextFile } from '../base/index.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type HubSettings = {
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly isOffline: boolean;
  /** Folder of the models that are there already. */
  readonly cache: string;
};

const defaultEndpoint = 'https://huggingface.co';

/** Reads the settings. Throws `ConfigError` for an endpoint that is no address. */
export function readHubSettings(environment: Environment): HubSettings {
  const get = (name: string): string | undefined => environment[name] || undefined;
  const home =
    get('HF_HOME') ??
    path.join(get('XDG_CACHE_HOME') ?? path.join(os.homedir(), '.cache'), 'huggingface');
  return {
    endpoint: readEndpoint(get('HF_ENDPOINT') ?? defaultEndpoint),
    isOffline: /^(?:1|true|yes|on)$/iu.test(get('HF_HUB_OFFLINE') ?? ''),
    cache: path.resolve(
      get('HF_HUB_CACHE') ?? get('HUGGINGFACE_HUB_CACHE') ?? path.join(home, 'hub'),
    ),
  };
}

function readEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url !== null && url.username === '' && url.password === '' && url.search === '';
  if (isPlain && /^https?:$/u.test(url.protocol)) return url.href.replace(/\/+$/u, '');
  throw new ConfigError(
    'hub_endpoint_malformed',
    'HF_ENDPOINT: expected an address as https://huggingface.co, without a name or a key in it.',
    { hint: 'Unset it to use the public hub.' },
  );
}

/** Largest file of a token, in bytes. */
const largestToken = 4096;

/** Reads the token where there is one. Throws `ConfigError` for one that no header can hold. */
export function readHubToken(environment: Environment): string | null {
  const named = environment['HF_TOKEN'] || environment['HUGGING_FACE_HUB_TOKEN'];
  const token = (named || readTokenFile(environment))?.trim();
  if (token === undefined || token === '') return null;
  if (/^[\x21-\x7e]+$/u.test(token)) return token;
  throw new ConfigError(
    'hub_token_malformed',
    'The token of the hub has letters that no token has.',
    {
      hint: 'Check HF_TOKEN, or the file that HF_TOKEN_PATH names.',
    },
  );
}

function readTokenFile(environment: Environment): string | undefined {
  const { cache } = readHubSettings(environment);
  const home = environment['HF_HOME'] || path.dirname(cache);
  const file = environment['HF_TOKEN_PATH'] || path.join(home, 'token');
  if (!fs.existsSync(file)) return undefined;
  return readTextFile(file, 'token of the hub', { maxBytes: largestToken });
}
