/**
 * What a run folder asks of the machine it is opened on, and whether the person agreed.
 *
 * The configuration of a run names servers, the variables their keys are in, where replies are kept,
 * and files and folders to read. A folder may come from anybody; so what it names outside of itself is
 * used only where it was allowed, server and variable together. What the person names on the command
 * line or in a file of their own needs no more.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ConfigError } from '../../base/index.ts';
import { isPlainUrl } from '../../chat/index.ts';
import { isHubName } from '../../hub/index.ts';
import { defaultCache } from './schema.ts';
import type { SourcedSettings } from './layers.ts';
import type { ModelsSettings } from './schema.ts';

/** Sections of the settings that name a server. */
export const modelSections = ['policy', 'user', 'judge', 'embeddings'] as const;
export type ModelSection = (typeof modelSections)[number];

/** What the person allows a run folder to use. */
export type Consent = {
  readonly servers: readonly { readonly origin: string; readonly variable: string | null }[];
  /** Absolute. */
  readonly caches: readonly string[];
  /** Files and folders to read, absolute; models of a hub to download, by name. */
  readonly reads: readonly string[];
};

/** The same as flags give it: `ORIGIN` or `ORIGIN=VARIABLE`, and folders. */
export type ConsentFlags = {
  readonly allowServer?: readonly string[];
  readonly allowCache?: readonly string[];
  readonly allowRead?: readonly string[];
};

/** Reads the flags. Throws `ConfigError` for a server that is none. */
export function parseConsent(flags: ConsentFlags): Consent {
  const { allowServer = [], allowCache = [], allowRead = [] } = flags;
  return {
    servers: allowServer.map(parseServer),
    caches: allowCache.map((folder) => path.resolve(folder)),
    reads: allowRead.map((place) => (isHubName(place) ? place : path.resolve(place))),
  };
}

function parseServer(text: string): Consent['servers'][number] {
  const [address = '', variable = null, ...rest] = text.split('=');
  const isRead = isPlainUrl(address) && rest.length === 0 && variable !== '';
  if (isRead) return { origin: new URL(address).origin, variable };
  throw new ConfigError(
    'consent_malformed',
    '--allow-server: expected ORIGIN or ORIGIN=VARIABLE.',
    {
      hint: 'For example --allow-server https://api.example.com=EXAMPLE_API_KEY',
    },
  );
}

type Asked = {
  readonly key: string;
  readonly text: string;
  /** The flag that allows it. */
  readonly flag: string;
  readonly isAllowed: boolean;
};

export type ConsentQuestion = {
  readonly models: ModelsSettings;
  readonly sources: SourcedSettings;
  /** Those that will be called. */
  readonly sections: readonly ModelSection[];
  /** Settings that name what will be read. */
  readonly reads: readonly string[];
  /** The run folder that settings came from; null where none did. */
  readonly folder: string | null;
  readonly consent: Consent;
};

/**
 * Holds what the folder asks for against what was allowed. Returns a line for each thing that is used
 * on the folder's word. Throws `ConfigError` that says all it asks for, and the flags that allow it.
 */
export function checkConsent(question: ConsentQuestion): readonly string[] {
  const { folder, sections, reads } = question;
  if (folder === null) return [];
  const asked = [
    ...sections.flatMap((section) => listServer(section, question)),
    ...(sections.length === 0 ? [] : listCache(folder, question)),
    ...reads.flatMap((key) => listRead(key, folder, question)),
  ];
  const refused = asked.filter(({ isAllowed }) => !isAllowed);
  if (refused.length === 0) return asked.map(({ key, text }) => `${folder}, ${key}: ${text}`);
  const flags = [...new Set(refused.map(({ flag }) => flag))];
  const lines = refused.map(({ key, text }) => `  ${key}: ${text}`);
  throw new ConfigError(
    'consent_missing',
    `The configuration in ${folder} asks for what was not allowed:\n${lines.join('\n')}`,
    {
      details: { folder, flags },
      hint: `If you trust the folder with that, add ${flags.join(' ')}; or name your own with --set.`,
    },
  );
}

function listServer(
  section: ModelSection,
  { models, sources, consent }: ConsentQuestion,
): readonly Asked[] {
  const { baseUrl, apiKeyEnv: variable } = models[section];
  const isForeign = (name: string): boolean =>
    sources.get(`models.${section}.${name}`)?.isForeign === true;
  const isKeyForeign = variable !== null && isForeign('apiKeyEnv');
  if (baseUrl === null || !(isForeign('baseUrl') || isKeyForeign)) return [];
  const { origin } = new URL(baseUrl);
  const isAllowed = consent.servers.some(
    (server) => server.origin === origin && (variable === null || server.variable === variable),
  );
  const key = variable === null ? 'without a key' : `with the key in ${variable}`;
  return [
    {
      key: `models.${section}`,
      text: `sends conversations to ${origin}, ${key}`,
      flag: `--allow-server ${origin}${variable === null ? '' : `=${variable}`}`,
      isAllowed,
    },
  ];
}

function listCache(
  folder: string,
  { models, sources, consent }: ConsentQuestion,
): readonly Asked[] {
  const { cache } = models;
  const isForeign = sources.get('models.cache')?.isForeign === true;
  if (cache === null || !isForeign || cache === defaultCache) return [];
  const target = findReal(cache);
  if (isInside(target, findReal(folder))) return [];
  const isAllowed = consent.caches.some((allowed) => findReal(allowed) === target);
  const text = `keeps replies in ${target}, outside of the run`;
  return [{ key: 'models.cache', text, flag: `--allow-cache ${quote(target)}`, isAllowed }];
}

/** Values of `policy.model` that name nothing on the disk of the machine. */
const noPlaces: readonly unknown[] = ['base', 'trained', 'warm-start'];

function listRead(
  key: string,
  folder: string,
  { sources, consent }: ConsentQuestion,
): readonly Asked[] {
  const { value, isForeign = false } = sources.get(key) ?? {};
  if (!isForeign || typeof value !== 'string' || noPlaces.includes(value)) return [];
  if (isHubName(value)) return [askForHub(key, value, consent)];
  const target = findReal(value);
  if (isInside(target, findReal(folder))) return [];
  const text = `reads ${target}, outside of the run`;
  return [{ key, text, flag: askToRead(value), isAllowed: mayRead(value, folder, consent) }];
}

/** True for a place that a folder names and that may be read: inside of it, or allowed by the person. */
export function mayRead(place: string, folder: string, { reads }: Pick<Consent, 'reads'>): boolean {
  const target = findReal(place);
  return (
    isInside(target, findReal(folder)) || reads.some((allowed) => findReal(allowed) === target)
  );
}

/** The flag that allows a place to be read. */
export function askToRead(place: string): string {
  return `--allow-read ${quote(findReal(place))}`;
}

/** A download takes time, space, and the person's token. */
function askForHub(key: string, name: string, { reads }: Consent): Asked {
  const flag = `--allow-read ${quote(name)}`;
  return { key, text: `downloads and reads ${name}`, flag, isAllowed: reads.includes(name) };
}

/** Where a path leads, links followed as far as it exists. */
function findReal(target: string): string {
  const whole = path.resolve(target);
  try {
    return fs.realpathSync(whole);
  } catch {
    const parent = path.dirname(whole);
    return parent === whole ? whole : path.join(findReal(parent), path.basename(whole));
  }
}

function isInside(target: string, folder: string): boolean {
  const way = path.relative(folder, target);
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

/** As a shell takes it for one word. */
function quote(text: string): string {
  return /^[\w./~@:+-]+$/u.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
