/** The profile of one person as tools for a host that starts us as a program and talks over pipes. */
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Readable, Writable } from 'node:stream';
import { openProfileStore } from '../../memory/index.ts';
import { personSchema } from '../../profile/index.ts';
import { createProfileTools } from '../../server/index.ts';
import { createContext, type AppContext } from '../context.ts';
import { readPackageVersion } from '../package-files.ts';
import { readUserId } from './read-user-id.ts';

export type ProfileToolsOptions = Partial<AppContext> & {
  /** Path of a SQLite file, or `postgres://…`; `rlpa-profiles.db` by default. */
  readonly store?: string | undefined;
  /** Whose profile it is. */
  readonly user: string;
  readonly input: Readable;
  readonly output: Writable;
};

/** Answers calls until the host closes the pipe or the signal fires. Throws `ConfigError` and `StoreError`. */
export async function serveProfileTools(options: ProfileToolsOptions): Promise<void> {
  const { clock, signal } = createContext(options);
  const user = readUserId(options.user);
  const store = await openProfileStore(options.store ?? 'rlpa-profiles.db', clock);
  try {
    const tools = createProfileTools({
      ...{ store, schema: personSchema, clock, user, version: readPackageVersion() },
      authorise: () => undefined,
    });
    const ended = new Promise<void>((resolve) => {
      options.input.once('end', resolve);
      options.input.once('close', resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    const transport = new StdioServerTransport(options.input, options.output);
    await tools.connect(transport);
    await ended;
    await tools.close();
  } finally {
    await store.close();
  }
}
