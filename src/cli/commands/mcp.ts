/** `rlpa mcp`: one person's profile as tools, over standard input and output. */
import { serveProfileTools } from '../../app/index.ts';
import { defineRunner } from '../command.ts';

type McpOptions = { readonly store?: string; readonly user?: string };

export const runMcp = defineRunner<McpOptions>(async ({ store, user = 'me' }, context) => {
  // Standard output belongs to the protocol: nothing else is written there.
  await serveProfileTools({
    ...context,
    ...{ store, user, input: context.input, output: process.stdout },
  });
});
