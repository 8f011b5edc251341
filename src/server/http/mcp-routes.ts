/**
 * The tools over Streamable HTTP, at `/mcp`: no session, so that any of several servers may answer.
 *
 * The person is named by the header, or by every call.
 */
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { createProfileTools } from '../mcp/tools.ts';
import { RequestError } from '../errors.ts';
import type { ServerApp, ServerParts } from './context.ts';
import { authorise } from './keys.ts';
import { readUserHeader, userHeader } from './read-user.ts';

/** Adds the route. */
export function addMcpRoutes(app: ServerApp, parts: ServerParts, version: string): void {
  app.all('/mcp', async (context) => {
    const { store, engine } = parts;
    if (store === null) {
      throw new RequestError(404, 'not_found_error', {
        code: 'no_store',
        message: 'This server keeps no profiles: it was started without a store.',
      });
    }
    // Nothing is told unasked, so there is no stream to listen to.
    if (context.req.method !== 'POST') {
      context.header('allow', 'POST');
      return context.json(methodMissing.body, 405);
    }
    const { caller } = context.var;
    const tools = createProfileTools({
      ...{ store, version },
      schema: engine.model.dialect.schema,
      clock: parts,
      user: readUserHeader(context.req.header(userHeader)),
      authorise: (kind, user) => authorise(caller, `profile:${kind}`, user),
    });
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await tools.connect(transport);
    try {
      const parsedBody = await context.req.json<unknown>().catch(() => null);
      return await transport.handleRequest(context.req.raw, { parsedBody });
    } finally {
      await tools.close();
    }
  });
}

const methodMissing = new RequestError(405, 'invalid_request_error', {
  code: 'method_not_allowed',
  message: 'Only POST: this server keeps no sessions.',
});
